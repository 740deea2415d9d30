#pragma once

#include "metrics/metric.h"

#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Of each candidate, the mean of its scores against all candidates as references, itself among them, each as often as
/// it is there: what its score may be expected to be where the candidates are drawn by their probabilities (Eikema and
/// Aziz 2020, "Is MAP Decoding All You Need?", section 6). Its time grows with the square of the number of candidates
/// that differ.
std::vector<double> expected_scores(const Metric& metric, std::span<const std::string> candidates);

/// Of each candidate, its score against all of them as one reference, Metric::scores_against_mean(): a time that grows
/// with their number. Throws std::invalid_argument for a metric that is not made of n-grams.
std::vector<double> scores_against_mean(const Metric& metric, std::span<const std::string> candidates);

}  // namespace dragoman
