#include "formats/ctranslate2/ctranslate2_format.h"

#include "formats/ctranslate2/ctranslate2_languages.h"
#include "formats/ctranslate2/ctranslate2_options.h"
#include "formats/ctranslate2/ctranslate2_tokenizers.h"
#include "formats/ctranslate2/transformer_facts.h"
#include "formats/ctranslate2/transformer_weights.h"
#include "formats/foreign/language_template.h"
#include "formats/foreign/some_tokens.h"
#include "formats/foreign/target_languages.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kModelFile = "model.bin";

// What a Transformer that translates is called, the first two before 2021.
constexpr std::array<std::string_view, 4> kSpecs = {"", "TransformerBase", "TransformerBig", "TransformerSpec"};
constexpr std::uint32_t kNewestRevision = 7;

ModelBin model_bin(const ModelFiles& files) {
  ModelBin file(files.bytes(kModelFile), files.path(kModelFile));
  if (std::ranges::find(kSpecs, file.spec()) == kSpecs.end()) {
    throw std::runtime_error(
        fmt::format("{}: is a {}; only a TransformerSpec translates text", file.name(), file.spec()));
  }
  if (file.revision() > kNewestRevision) {
    throw std::runtime_error(fmt::format("{}: has revision {} of {}, of which Dragoman knows 1 to {}", file.name(),
                                         file.revision(), file.spec(), kNewestRevision));
  }
  return file;
}

class CTranslate2Reader {
 public:
  CTranslate2Reader(const ModelFiles& files, const ForeignSource& from)
      : files_(files),
        from_(from),
        variables_(model_bin(files), [&files](std::string_view part) { files.forget(part); }) {}

  ImportedModel read();

 private:
  void read_texts(const CTranslate2Options& options, const CTranslate2Vocabularies& lists);
  void read_ends(const CTranslate2Options& options, const CTranslate2Vocabularies& lists);

  const ModelFiles& files_;
  const ForeignSource& from_;
  CTranslate2Variables variables_;
  ModelConfig config_;
  NamedTensors taken_;
  std::vector<std::string> notes_;
};

// The id of a token that the model puts somewhere by itself.
std::int32_t required_token(const CTranslate2Vocabularies::Side& list, const std::string& token) {
  const std::int32_t id = find_token(list.tokens, token);
  if (id == SpecialIds::kNone)
    throw std::runtime_error(fmt::format("{}: lacks the token '{}', which the model begins with", list.file, token));
  return id;
}

// What stands around them.
void CTranslate2Reader::read_texts(const CTranslate2Options& options, const CTranslate2Vocabularies& lists) {
  if (options.start) config_.start_token = required_token(lists.target, *options.start);
  const bool one_list = lists.source.file == lists.target.file;
  if (one_list && read_languages(lists.target.tokens, options, from_, config_, notes_)) return;
  if (!options.start) {
    throw std::runtime_error(fmt::format(
        "{}: 'decoder_start_token' is null, so that whoever translates has to name it, which Dragoman has no "
        "form for but in models of languages that it knows",
        files_.path("config.json")));
  }
  read_ends(options, lists);
}

// Of models that need languages, a pair of them; of those that lines name them to, as OPUS-MT's and MADLAD-400, which.
void offer_languages(const CTranslate2Vocabularies& lists, ImportedModel& model) {
  TextTemplate& form = model.config.text_template;
  if (!form.languages.empty()) {
    model.sample_languages = some_languages(form);
    return;
  }
  if (form.source_behind.empty()) return;
  std::vector<std::string> marked;
  std::ranges::copy_if(lists.source.tokens, std::back_inserter(marked),
                       [](const std::string& token) { return token.starts_with(">>") && token.ends_with("<<"); });
  if (!marked.empty()) return offer_target_languages(model, marked, lists.source.file == lists.target.file);
  offer_language_pieces(model);
}

// Models that come from transformers leave the end to its tokenizers, and so do not ask for it.
void CTranslate2Reader::read_ends(const CTranslate2Options& options, const CTranslate2Vocabularies& lists) {
  TextTemplate& form = config_.text_template;
  const bool of_transformers = !options.source_bos && !options.source_eos && *options.start != "<s>";
  if (of_transformers) {
    notes_.push_back(
        fmt::format("what is translated ends with {}, as transformers' tokenizers write it", options.special.eos));
  }
  if (!options.source_eos && !of_transformers) form.source_behind.clear();
  if (options.source_bos) form.source_before = {required_token(lists.source, options.special.bos)};
}

ImportedModel CTranslate2Reader::read() {
  const CTranslate2Options options = read_ctranslate2_options(files_, variables_, notes_);
  config_ = read_transformer_facts(variables_, options, notes_);
  take_embeddings(variables_, config_, taken_);
  take_positions(variables_, config_, taken_, notes_);
  take_layers(variables_, config_, taken_);
  variables_.require_all_taken();
  const CTranslate2Vocabularies lists = read_token_lists(files_);
  const Tokenizers tokenizers = ctranslate2_tokenizers(files_, from_, lists, options.special, config_.source_vocabulary,
                                                       config_.target_vocabulary, notes_);
  config_.special_ids = tokenizers.target.special_ids();
  read_texts(options, lists);
  if (files_.contains("vmap.txt")) {
    notes_.push_back(
        "vmap.txt is not used, as CTranslate2 does not unless asked; `dragoman shortlist` makes such a list");
  }
  try {
    config_.validate();
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}: {}", files_.place(), error.what()));
  }
  files_.require_unchanged();
  notes_.push_back(fmt::format("weights: {}, kept in fp32", variables_.types_taken()));
  ImportedModel model{config_, tokenizers, std::move(taken_), "a Transformer of CTranslate2"};
  const bool takes_tokens = tokenizers.source.files().front().extension == kVocabularyFile;
  if (takes_tokens) model.sample = some_tokens(tokenizers.source);
  model.notes = std::move(notes_);
  offer_languages(lists, model);
  return model;
}

}  // namespace

ImportedModel read_ctranslate2(const ModelFiles& files, const ForeignSource& from) {
  return CTranslate2Reader(files, from).read();
}

ImportedModel read_ctranslate2_folder(const ForeignSource& from) {
  return read_ctranslate2(ModelFiles::in_folder(from.path), from);
}

}  // namespace dragoman
