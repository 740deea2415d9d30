#pragma once

#include "decoding/engine/output_projection.h"
#include "decoding/engine/shortlist.h"
#include "decoding/engine/workers.h"
#include "formats/model_directory.h"
#include "model/model_config.h"
#include "model/pass.h"
#include "model/seq2seq_model.h"
#include "model/text_frame.h"

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// A model made ready: its output layer packed for the search, its tokenizers, and the workers that run it. It is made
/// once and does not change, so that any number of threads translate, score and look by it at once, each call with
/// options of its own (Translator, ForcedScorer, AttentionReader: they cost little to make).
class Engine {
 public:
  /// `model` must be in evaluation mode (prepare_for_inference() makes it fast, too), stay as it is, and be on the
  /// device of the workers; `config` is the model's. With a shortlist, translations have no other tokens than it lists.
  /// Throws std::logic_error for a model in training mode.
  Engine(std::shared_ptr<const Seq2SeqModel> model, const ModelConfig& config, Tokenizers tokenizers,
         std::shared_ptr<const Workers> workers, std::optional<Shortlist> shortlist = std::nullopt);

  const Seq2SeqModel& model() const { return *model_; }
  const ModelConfig& config() const { return config_; }
  const Tokenizers& tokenizers() const { return tokenizers_; }
  const Workers& workers() const { return *workers_; }
  const std::shared_ptr<const Workers>& shared_workers() const { return workers_; }
  const OutputProjection& output() const { return output_; }
  const Shortlist* shortlist() const { return shortlist_ ? &*shortlist_ : nullptr; }
  torch::Device device() const { return workers_->device(); }

  /// The longest text of either side, in tokens of its own: `wanted`, or what the model has learned positions for.
  std::size_t longest_text(const TextFrame& frame, int wanted) const;

  using Ids = std::span<const std::int32_t>;

  /// The memory of sentences, given as ids without their frame.
  Memory encode(const Pass& pass, const TextFrame& frame, std::span<const Ids> sentences) const;

  /// Beginnings of translations, given as ids without their frame, as Seq2SeqModel::decode() takes them: [B, T].
  torch::Tensor decoder_input(const TextFrame& frame, std::span<const Ids> beginnings) const;

 private:
  std::shared_ptr<const Seq2SeqModel> model_;
  ModelConfig config_;
  Tokenizers tokenizers_;
  std::shared_ptr<const Workers> workers_;
  OutputProjection output_;
  std::optional<Shortlist> shortlist_;
};

}  // namespace dragoman
