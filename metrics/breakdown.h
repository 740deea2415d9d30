#pragma once

#include "metrics/metric.h"
#include "metrics/significance.h"

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dragoman {

/// A range of whole numbers, both ends included; without `most` it has no end.
struct Bucket {
  std::int64_t least = 0;
  std::optional<std::int64_t> most;

  bool contains(std::int64_t value) const { return value >= least && (!most || value <= *most); }
  std::string name() const;  ///< "3", "5–9" or "≥1000"
};

/// The sentences whose (first) reference has so many words.
struct LengthBucket {
  Bucket words;
  std::size_t sentences = 0;
  std::vector<std::vector<double>> scores;  ///< [systems][metrics]
};

/// The words that are so frequent.
struct FrequencyBucket {
  Bucket frequency;
  std::int64_t reference_words = 0;
  std::vector<std::int64_t> hypothesis_words;  ///< [systems]
  std::vector<std::int64_t> matches;           ///< [systems]: also in the sentence's reference, as often as there

  double precision(std::size_t system) const;  ///< 0 to 1, as the next two; 0 without words
  double recall(std::size_t system) const;
  double f1(std::size_t system) const;
};

/// Where the systems are good: buckets in ascending order, without those that no sentence or word is in.
struct Breakdown {
  std::vector<LengthBucket> lengths;
  std::vector<FrequencyBucket> frequencies;
};

using WordCounts = std::unordered_map<std::string, std::int64_t>;

/// Replaces `words` by the words of `segment`: views into it or into `buffer`.
using SplitWords =
    std::function<void(std::string_view segment, std::string& buffer, std::vector<std::string_view>& words)>;

/// How often each word occurs.
WordCounts count_words(std::span<const std::string> segments, const SplitWords& split);

struct BreakdownInput {
  std::span<const Metric* const> metrics;
  std::span<const SystemStatistics> statistics;
  std::span<const std::vector<std::string>* const> hypotheses;  ///< [systems]
  const std::vector<std::string>& references;                   ///< the first of each sentence
};

/// Throws std::invalid_argument unless systems and references have equally many sentences.
Breakdown break_down(const BreakdownInput& input, const WordCounts& frequencies, const SplitWords& split);

/// Two tables: scores by length; precision, recall and F1 of words by frequency, of several systems F1 alone. `width`:
/// decimals of scores.
std::string format_breakdown(const Breakdown& breakdown, std::span<const std::string> systems,
                             std::span<const std::string> metrics, int width);

nlohmann::ordered_json to_json(const Breakdown& breakdown, std::span<const std::string> systems,
                               std::span<const std::string> metrics);

}  // namespace dragoman
