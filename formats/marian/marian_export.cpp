#include "formats/marian/marian_export.h"

#include "base/atomic_directory.h"
#include "base/atomic_file.h"
#include "formats/foreign/halved_positions.h"
#include "formats/foreign/weight_names.h"
#include "formats/marian/exported_options.h"
#include "formats/marian/exported_vocabulary.h"
#include "formats/marian/marian_layers.h"
#include "formats/marian/npz_writer.h"

#include <ATen/ATen.h>

#include <array>
#include <cstdint>
#include <fmt/format.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using Rows = std::array<std::int64_t, 2>;

// Of the rows behind those that Marian has learned, which our vocabulary may have: they are zeros, and their tokens so
// improbable that without them no number changes.
constexpr float kIdle = -100;

class MarianTables {
 public:
  MarianTables(const ModelConfig& config, GivenWeights& given, const Tokenizers& tokenizers)
      : config_(config), given_(given) {
    const bool one = config.ties_inputs();
    source_ = given.own(one ? "embedding.weight" : "source_embedding.weight");
    target_ = one ? source_ : given.own("target_embedding.weight");
    output_ = config.ties_output() ? target_ : given.own("output_weight");
    bias_ = config.output_bias ? given.own("output_bias") : at::zeros({config.target_vocabulary});
    rows_[1] = rows_without_idle(tokenizers.target, true);
    rows_[0] = one ? rows_[1] : rows_without_idle(tokenizers.source, false);
  }

  const Rows& rows() const { return rows_; }

  void give() {
    if (config_.ties_inputs()) {
      given_.give("Wemb", target_.narrow(0, 0, rows_[1]));
    } else {
      given_.give("encoder_Wemb", source_.narrow(0, 0, rows_[0]));
      given_.give("decoder_Wemb", target_.narrow(0, 0, rows_[1]));
    }
    if (!config_.ties_output()) given_.give("decoder_ff_logit_out_W", output_.narrow(0, 0, rows_[1]).t());
    given_.give("decoder_ff_logit_out_b", bias_.narrow(0, 0, rows_[1]).unsqueeze(0));
  }

 private:
  bool is_idle(const Tokenizer& tokenizer, std::int64_t id, bool of_target) const {
    if (tokenizer.is_text(static_cast<std::int32_t>(id))) return false;
    const at::Tensor row = (of_target ? target_ : source_)[id];
    if (row.any().item<bool>()) return false;
    return !of_target || (bias_[id].item<float>() < kIdle && !output_[id].any().item<bool>());
  }

  std::int64_t rows_without_idle(const Tokenizer& tokenizer, bool of_target) const {
    std::int64_t rows = tokenizer.vocabulary_size();
    while (rows > 1 && is_idle(tokenizer, rows - 1, of_target)) --rows;
    return rows;
  }

  const ModelConfig& config_;
  GivenWeights& given_;
  at::Tensor source_, target_, output_, bias_;
  Rows rows_{};
};

std::string decoder_yml(const ModelConfig& config, const ExportedVocabularies& vocabularies) {
  std::string text = fmt::format("relative-paths: true\nmodels:\n  - model.npz\nvocabs:\n  - {}\n  - {}\n",
                                 vocabularies.names[0], vocabularies.names[1]);
  if (const auto beams = config.decoding.beam_size) text += fmt::format("beam-size: {}\n", *beams);
  if (const auto penalty = config.decoding.length_penalty) text += fmt::format("normalize: {}\n", *penalty);
  return text + "word-penalty: 0\n";
}

std::vector<std::string> marian_usage(const ExportedVocabularies& vocabularies) {
  std::vector<std::string> notes{"marian-decoder -c decoder.yml translates with it"};
  if (vocabularies.files.contains("source.spm"))
    notes.emplace_back("its text is pieces of source.spm, with blanks between them, and it gives pieces of target.spm");
  return notes;
}

}  // namespace

std::vector<std::string> export_marian(const fs::path& path, const ModelConfig& config, const SafetensorsFile& weights,
                                       const Tokenizers& tokenizers, const StopCheck& stop) {
  const MarianNetwork network = exported_marian_network(config);
  const bool interleaved = config.positions == "sinusoidal" && config.positions_layout == PositionsLayout::interleaved;
  const SafetensorsFile halved = interleaved ? with_halved_positions(config, weights) : SafetensorsFile();
  GivenWeights given(interleaved ? halved : weights);
  MarianTables tables(config, given, tokenizers);
  const ExportedVocabularies vocabularies = exported_vocabularies(tokenizers, tables.rows());
  tables.give();
  give_marian_layers(network, given);

  AtomicDirectory whole(path, "dragoman export", stop);
  const fs::path& folder = whole.folder();
  for (const auto& [name, text] : vocabularies.files) write_file_atomically(folder / name, text);
  write_file_atomically(folder / "decoder.yml", decoder_yml(config, vocabularies));
  AtomicFile file(folder / "model.npz");
  NpzWriter npz(file);
  for (const auto& [name, tensor] : given.given()) {
    npz.add(name, tensor);
    whole.check_stop();
  }
  npz.add("special:model.yml", marian_options(network, tables.rows()) + '\0');
  npz.finish();
  file.commit();
  whole.commit();
  return marian_usage(vocabularies);
}

}  // namespace dragoman
