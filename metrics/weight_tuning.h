#pragma once

#include "metrics/metric.h"

#include <cstddef>
#include <span>
#include <vector>

namespace dragoman {

/// One of the translations of a line among which weights decide: Σ weights · features is what the best has most of.
struct TuningCandidate {
  std::vector<double> features;    ///< F, finite
  std::vector<double> statistics;  ///< of the metric, against the line's references
};
using TuningLine = std::vector<TuningCandidate>;

struct TunedWeights {
  std::vector<double> weights;  ///< F
  double score = 0;             ///< of all lines' best candidates by these
  double first_score = 0;       ///< by the first feature alone
  double best_score = 0;        ///< of one candidate of each line, chosen by the statistics: more than weights can do
};

/// Weights by which the best candidates of all lines together have the best score, as far as a search finds them: the
/// first weight is 1, those of `features_of_any_sign` are what they may, the others at least 0. One weight at a time is
/// set to the best of all its values, from several beginnings, until no one brings more (minimum error rate training:
/// Och 2003, "Minimum Error Rate Training in Statistical Machine Translation", section 4). Of values that are equally
/// good it takes the middle of their range. The same lines give the same weights.
///
/// The best weights of a thousand lines are seldom the best of others: with `samples`, so many times as many lines are
/// drawn from these, and each weight is the median of those that are best for them (bagging: Breiman 1996, "Bagging
/// Predictors").
///
/// Throws std::invalid_argument without lines, or for a line without candidates.
TunedWeights tune_weights(const Metric& metric, std::span<const TuningLine> lines,
                          std::span<const std::size_t> features_of_any_sign = {}, int samples = 0);

/// Σ weights · features.
double weighted_sum(std::span<const double> weights, std::span<const double> features);

}  // namespace dragoman
