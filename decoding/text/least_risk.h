#pragma once

#include "base/parallel.h"
#include "decoding/text/translation.h"
#include "metrics/metric.h"

#include <cstddef>
#include <span>

namespace dragoman {

/// Puts those outputs of each translation first that have the best expected_scores() among all of its outputs, equal
/// ones in their order, and keeps `count` of them; that becomes their score (minimum Bayes risk: Kumar and Byrne 2004;
/// with draws from the model, Eikema and Aziz 2020). Of texts that are equal the first is kept. Of a metric of which
/// lower values are better, the score is its negative.
void choose_by_risk(std::span<Translation> translations, const Metric& metric, std::size_t count,
                    const ParallelLoop& loop);

}  // namespace dragoman
