#pragma once

#include "base/enum_names.h"
#include "base/parallel.h"
#include "decoding/text/translation.h"
#include "metrics/metric.h"

#include <cstddef>
#include <span>

namespace dragoman {

/// What a candidate is compared with: expected_scores() or scores_against_mean().
enum class RiskReferences { all, mean };

template <>
inline constexpr auto kEnumNames<RiskReferences> = enum_names<RiskReferences>({{RiskReferences::all, "all"},
                                                                               {RiskReferences::mean, "mean"}});

/// Puts those outputs of each translation first that have the best scores by this metric among all of its outputs,
/// equal ones in their order, and keeps `count` of them; that becomes their score (minimum Bayes risk: Kumar and Byrne
/// 2004; with draws from the model, Eikema and Aziz 2020). Of texts that are equal the first is kept. Of a metric of
/// which lower values are better, the score is its negative.
void choose_by_risk(std::span<Translation> translations, const Metric& metric, RiskReferences references,
                    std::size_t count, const ParallelLoop& loop);

}  // namespace dragoman
