#pragma once

#include "decoding/search/step_scorer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// How the scores of several models become one.
enum class EnsembleMean {
  kProbabilities,     ///< log(Σ p / n): what one of them finds likely is likely
  kLogProbabilities,  ///< Σ log p / n: what one of them finds unlikely is unlikely; the row's sum is less than 1
};

/// Several models as one, whose target tokens have the same ids. Every model scores every row as a whole.
class EnsembleScorer : public StepScorer {
 public:
  /// The scorers, which stand before the same batch's first step, must outlive this one. Throws std::invalid_argument
  /// if there is none.
  EnsembleScorer(std::vector<StepScorer*> scorers, EnsembleMean mean);

  /// Throws std::runtime_error if the scorers' rows are not of the same size.
  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override;

 private:
  std::vector<StepScorer*> scorers_;
  EnsembleMean mean_;
};

}  // namespace dragoman
