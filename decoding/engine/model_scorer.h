#pragma once

#include "decoding/engine/output_projection.h"
#include "decoding/engine/shortlisted_output.h"
#include "decoding/search/step_scorer.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// Has all rows of a decoder that has taken no step read `ids`, one after the other.
void read_beginning(const Seq2SeqModel& model, DecoderState& state, std::int64_t rows,
                    std::span<const std::int32_t> ids, torch::Device device);

/// Scores the steps of a search by a model, for one batch of sentences. Runs under whatever grad mode its caller has
/// set: set one that records nothing.
class ModelScorer : public StepScorer {
 public:
  /// Scores the whole vocabulary, or what `shortlisted` has for the memory's sentences. All must outlive the scorer.
  ModelScorer(const Seq2SeqModel& model, const Memory& memory, const OutputProjection& output,
              const ShortlistedOutput* shortlisted = nullptr);

  /// Has all sentences begin with `ids`, before the first step.
  void begin_with(std::span<const std::int32_t> ids);

  /// The rows of `other`, by the same model, come behind those of the last step, or of the first where there has been
  /// none. Neither may have a shortlist. Throws as Seq2SeqModel::join() does.
  void join(const ModelScorer& other);

  /// What it returns throws std::runtime_error if the model's scores are not finite numbers, and needs the scorer.
  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override;

 private:
  const Seq2SeqModel& model_;
  const OutputProjection& output_;
  const ShortlistedOutput* shortlisted_;
  torch::Device device_;
  std::unique_ptr<DecoderState> state_;
  std::vector<std::int32_t> sentences_;  // of the rows of the last step
};

}  // namespace dragoman
