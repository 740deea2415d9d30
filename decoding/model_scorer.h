#pragma once

#include "decoding/output_projection.h"
#include "decoding/step_scorer.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace dragoman {

/// Scores the steps of a search by a model, for one batch of sentences. Runs under whatever grad mode its caller has
/// set: set one that records nothing.
class ModelScorer : public StepScorer {
 public:
  /// `model` and `output` must outlive the scorer.
  ModelScorer(Seq2SeqModel& model, const Memory& memory, const OutputProjection& output, ForbiddenIds forbidden);

  /// Throws std::runtime_error if the model's scores are not finite numbers.
  Candidates step(std::span<const std::int32_t> previous, std::span<const std::int64_t> parents,
                  std::span<const std::uint8_t> forbid_eos, std::int64_t candidates) override;

 private:
  Seq2SeqModel& model_;
  const OutputProjection& output_;
  ForbiddenIds forbidden_;
  torch::Device device_;
  std::unique_ptr<DecoderState> state_;
  std::size_t rows_;  // of the last step
};

}  // namespace dragoman
