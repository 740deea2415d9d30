#pragma once

#include "metrics/metric.h"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// The sentences of a corpus with all that is shown of them.
struct ScoredSentences {
  std::span<const std::string> sources;  ///< may be empty
  const ReferenceStreams& references;
  std::span<const std::vector<std::string>* const> hypotheses;  ///< [systems]
  std::vector<std::vector<std::vector<double>>> scores;         ///< [systems][metrics][sentences]
};

/// The score of each sentence from its statistics, [N, M].
std::vector<double> sentence_scores(const Metric& metric, std::span<const double> statistics);

/// The `count` sentences, or all if there are fewer, whose first metric is worst on average over the systems; the worst
/// first, the earlier one on a tie.
std::vector<std::size_t> worst_sentences(const ScoredSentences& sentences, std::size_t count, bool lower_is_better);

/// For each of the sentences `shown` a block: line number, then source, references and hypotheses, one below the other,
/// the latter with their score by the first metric.
std::string format_sentences(const ScoredSentences& sentences, std::span<const std::size_t> shown,
                             std::span<const std::string> systems, const std::string& metric, int width);

/// An object for each of them: line, source, references, and system, hypothesis and scores.
nlohmann::ordered_json to_json(const ScoredSentences& sentences, std::span<const std::size_t> shown,
                               std::span<const std::string> systems, std::span<const std::string> metrics);

}  // namespace dragoman
