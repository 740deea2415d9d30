#pragma once

#include "decoding/candidates.h"
#include "decoding/step_scorer.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace dragoman {

/// Decoder states [R, D] to logits [R, V].
using OutputProjection = std::function<torch::Tensor(const torch::Tensor& states)>;

/// Scores the steps of a search by a model, for one batch of sentences. Runs under whatever grad mode its caller has
/// set: set one that records nothing.
class ModelScorer : public StepScorer {
 public:
  /// `model` must outlive the scorer.
  ModelScorer(Seq2SeqModel& model, const Memory& memory, OutputProjection output, ForbiddenIds forbidden);

  /// Throws std::runtime_error if the model's scores are not finite numbers.
  Candidates step(std::span<const std::int32_t> previous, std::span<const std::int64_t> parents,
                  std::span<const std::uint8_t> forbid_eos, std::int64_t candidates) override;

 private:
  Seq2SeqModel& model_;
  OutputProjection output_;
  ForbiddenIds forbidden_;
  torch::Device device_;
  std::unique_ptr<DecoderState> state_;
  std::size_t rows_;  // of the last step
};

}  // namespace dragoman
