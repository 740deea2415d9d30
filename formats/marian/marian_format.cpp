#include "formats/marian/marian_format.h"

#include "formats/foreign/foreign_weights.h"
#include "formats/foreign/imported_model.h"
#include "formats/foreign/target_languages.h"
#include "formats/marian/marian_config.h"
#include "formats/marian/marian_file.h"
#include "formats/marian/marian_files.h"
#include "formats/marian/marian_layers.h"
#include "formats/marian/marian_tokenizers.h"
#include "formats/marian/shortlist_file.h"
#include "tokenizer/language_code.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

constexpr const char* kFamily = "a Transformer of Marian";
constexpr const char* kOptionsName = "special:model.yml";

// Of what the model has never learned to produce: no other token is the less probable for it.
constexpr float kNever = -1000;

// The rows that our vocabulary has behind the model's.
Tensor with_rows(const Tensor& table, std::int64_t rows, float value) {
  std::vector<std::int64_t> shape = table.sizes().vec();
  shape[0] = rows - shape[0];
  return shape[0] == 0 ? table : at::cat({table, at::full(shape, value)});
}

class MarianModelReader {
 public:
  explicit MarianModelReader(const fs::path& from)
      : files_(find_marian_files(from)),
        file_(load_marian_file(files_.model)),
        options_(yaml_options(file_.options, fmt::format("{}: {}", files_.model.string(), kOptionsName))),
        weights_(kOptionsName) {
    weights_.add(std::move(file_.weights), files_.model.string());
    network_ = read_marian_network(options_, weights_.contains("Wpos"), notes_);
  }

  ImportedModel read() {
    const std::array<std::string, 2> tables = table_names();
    const std::array rows = {rows_of(tables[0]), rows_of(tables[1])};
    learned_ = {rows[0], rows[1]};
    MarianTokenizers read = read_marian_tokenizers(files_, rows, notes_);
    read_special_ids(read.tokenizers);
    read_languages();
    take_embeddings(tables, rows);
    if (config_.positions == "learned") config_.max_positions = static_cast<int>(weights_.rows("Wpos"));
    take_marian_layers(weights_, network_, taken_);
    weights_.require_all_taken(kFamily);
    read_search();
    validate();
    weights_.require_unchanged();
    return imported(std::move(read));
  }

 private:
  std::array<std::string, 2> table_names() const {
    if (network_.one_table) return {"Wemb", "Wemb"};
    return {"encoder_Wemb", "decoder_Wemb"};
  }

  std::int32_t rows_of(const std::string& table) const { return static_cast<std::int32_t>(weights_.rows(table)); }

  void read_special_ids(const Tokenizers& tokenizers) {
    const auto& [source, target] = tokenizers;
    const SpecialIds of_source = source.special_ids();
    config_.special_ids = target.special_ids();
    if (of_source.eos != config_.special_ids.eos || of_source.pad != config_.special_ids.pad) {
      throw std::runtime_error(
          fmt::format("{}: </s> and <pad> have the ids {} and {}, but in {} {} and {}; Dragoman has one each",
                      files_.vocabularies[0].string(), of_source.eos, of_source.pad, files_.vocabularies[1].string(),
                      config_.special_ids.eos, config_.special_ids.pad));
    }
    config_.start_token = config_.special_ids.eos;  // for whose embedding there are zeros
    config_.source_vocabulary = source.vocabulary_size();
    config_.target_vocabulary = target.vocabulary_size();
  }

  // Firefox calls its models model.ende.intgemm.alphas.bin.
  void read_languages() {
    constexpr std::string_view kBegin = "model.";
    const std::string name = files_.model.filename().string();
    const std::size_t begin = kBegin.size();
    if (!name.starts_with(kBegin) || name.find('.', begin) != begin + 4) return;
    try {
      config_.trained_on.source_lang = language_code(name.substr(begin, 2));
      config_.trained_on.target_lang = language_code(name.substr(begin + 2, 2));
    } catch (const std::invalid_argument&) {
      config_.trained_on = {};
    }
  }

  void take_embeddings(const std::array<std::string, 2>& tables, const std::array<std::int32_t, 2>& rows) {
    const std::int64_t width = config_.width;
    const auto take = [&](const std::string& ours, const std::string& theirs, std::size_t side, std::int32_t size) {
      taken_.emplace_back(ours, with_rows(weights_.take(theirs, {rows[side], width}), size, 0));
    };
    if (network_.one_table) {
      take("embedding.weight", tables[1], 1, config_.target_vocabulary);
    } else {
      take("source_embedding.weight", tables[0], 0, config_.source_vocabulary);
      take("target_embedding.weight", tables[1], 1, config_.target_vocabulary);
    }
    const std::string output = "decoder_ff_logit_out";
    if (config_.tied_embeddings == TiedEmbeddings::none || config_.tied_embeddings == TiedEmbeddings::inputs) {
      const auto by_row = weights_.take_if_there(output + "_Wt", {rows[1], width});
      const Tensor weight = by_row ? *by_row : weights_.take(output + "_W", {width, rows[1]}).t();
      taken_.emplace_back("output_weight", with_rows(weight, config_.target_vocabulary, 0).contiguous());
    }
    const Tensor bias = options_.get<bool>("output-omit-bias", false)
                            ? at::zeros({rows[1]})
                            : weights_.take(output + "_b", {1, rows[1]}).flatten();
    taken_.emplace_back("output_bias", with_rows(bias, config_.target_vocabulary, kNever));
  }

  // decoder.yml: what marian-decoder would do by itself.
  void read_search() {
    ForeignOptions& decoder = files_.decoder;
    config_.decoding.beam_size = decoder.find<int>("beam-size");
    if (decoder.has("normalize")) {
      config_.decoding.length_penalty = decoder.json()["normalize"].is_boolean()
                                            ? decoder.get<bool>("normalize") ? 1.0 : 0.0
                                            : decoder.get<double>("normalize");
    }
    const auto note = [&](const char* name, std::string_view what) {
      notes_.push_back(fmt::format("{}: '{}' is {}, {}", decoder.file(), name, decoder.shown(name), what));
    };
    if (decoder.get<double>("word-penalty", 0) != 0) note("word-penalty", "which a search here does not do");
    if (decoder.get<bool>("allow-unk", false)) note("allow-unk", "which is to be asked for: --allow-unk");
    if (decoder.get<bool>("n-best", false)) note("n-best", "which is to be asked for: --n-best N");
    if (decoder.has("max-length-factor")) {
      note("max-length-factor", fmt::format("which is to be asked for: --max-length-ratio {} --max-length-extra 0",
                                            decoder.get<double>("max-length-factor")));
    }
    decoder.ignore({"models",
                    "vocabs",
                    "shortlist",
                    "relative-paths",
                    "mini-batch",
                    "mini-batch-words",
                    "maxi-batch",
                    "maxi-batch-sort",
                    "workspace",
                    "max-length",
                    "max-length-crop",
                    "cpu-threads",
                    "devices",
                    "quiet",
                    "quiet-translation",
                    "log",
                    "log-level",
                    "skip-cost",
                    "gemm-precision",
                    "gemm-type",
                    "int8shift",
                    "int8shiftAlphaAll",
                    "precision",
                    "ssplit-mode",
                    "alignment",
                    "version",
                    "tsv",
                    "word-scores",
                    "normalize"});
    for (const auto& [options, file] : {std::pair{&options_, std::string(kOptionsName)}, {&decoder, decoder.file()}}) {
      if (const auto unread = options->unread(); !unread.empty())
        notes_.push_back(fmt::format("{}: not known, and without effect: {}", file, fmt::join(unread, ", ")));
    }
  }

  void validate() const {
    try {
      config_.validate();
    } catch (const std::invalid_argument& error) {
      throw std::runtime_error(fmt::format("{}: {}", options_.file(), error.what()));
    }
  }

  ImportedModel imported(MarianTokenizers read) {
    ImportedModel model{config_, std::move(read.tokenizers), std::move(taken_), kFamily};
    if (read.takes_words) {
      notes_.push_back(
          "text is taken, and given, as the tokens of the vocabulary, with blanks between them: there is no "
          "source.spm and target.spm that make them of text");
    }
    if (config_.positions == "learned") {
      notes_.push_back(fmt::format("a part of a text has at most {} tokens, for so many positions were learned",
                                   config_.max_positions));
    }
    if (files_.shortlist) {
      model.shortlist = read_shortlist_file(files_, model.tokenizers, learned_);
      notes_.push_back(fmt::format("{}: became the model's shortlist, which `translate --shortlist` uses",
                                   files_.shortlist->filename().string()));
    }
    notes_.push_back(fmt::format("weights: {}, kept in fp32", weights_.types_taken()));
    if (file_.quantised > 0) {
      notes_.push_back(
          fmt::format("{} tables were in int8; `dragoman quantize --precision int8` makes the model as small "
                      "again, row by row{}",
                      file_.quantised,
                      file_.has_alphas ? ", and scales activations by what they are, not by the file's factors" : ""));
    }
    model.notes = std::move(notes_);
    offer_target_languages(model, read.languages, files_.vocabularies[0] == files_.vocabularies[1]);
    return model;
  }

  MarianFiles files_;
  MarianFile file_;
  ForeignOptions options_;
  MarianNetwork network_;
  ModelConfig& config_ = network_.config;
  ForeignWeights weights_;
  NamedTensors taken_;
  std::vector<std::string> notes_;
  VocabularySizes learned_{};
};

}  // namespace

ImportedModel read_marian_model(const fs::path& from) {
  return MarianModelReader(from).read();
}

}  // namespace dragoman
