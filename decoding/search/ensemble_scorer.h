#pragma once

#include "base/enum_names.h"
#include "decoding/search/step_scorer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// How the scores of several models become one.
enum class EnsembleMean {
  kLogProbabilities,  ///< Σ w log p: what one of them finds unlikely is unlikely; the row's sum is less than 1
  kProbabilities,     ///< log Σ w p: what one of them finds likely is likely
};

template <>
inline constexpr auto kEnumNames<EnsembleMean> = enum_names<EnsembleMean>(
    {{EnsembleMean::kLogProbabilities, "log-probabilities"}, {EnsembleMean::kProbabilities, "probabilities"}});

struct EnsembleOptions {
  EnsembleMean mean = EnsembleMean::kLogProbabilities;
  std::vector<double> weights;  ///< one a model, above 0, of which the sum becomes 1; empty: all alike

  /// Throws std::invalid_argument unless they are so for this number of models.
  void validate(std::size_t models) const;

  bool operator==(const EnsembleOptions&) const = default;
};

/// Several models as one, whose target tokens have the same ids. Every model scores every row as a whole.
class EnsembleScorer : public StepScorer {
 public:
  /// The scorers, which stand before the same batch's first step, must outlive this one. Throws std::invalid_argument
  /// if there is none, or as validate() does.
  EnsembleScorer(std::vector<StepScorer*> scorers, const EnsembleOptions& options);

  /// What it returns throws std::runtime_error if the scorers' rows are not of the same size, and needs this one.
  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override;

 private:
  std::vector<StepScorer*> scorers_;
  EnsembleMean mean_;
  std::vector<float> weights_;
};

}  // namespace dragoman
