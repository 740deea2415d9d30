#include "metrics/breakdown.h"

#include "metrics/text_table.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// The last one of each has no end.
constexpr std::int64_t kLengths[] = {0, 1, 6, 11, 16, 21, 26, 31, 41, 51, 61};
constexpr std::int64_t kFrequencies[] = {0, 1, 2, 3, 4, 5, 10, 100, 1000};

std::vector<Bucket> buckets_from(std::span<const std::int64_t> least) {
  std::vector<Bucket> buckets;
  for (std::size_t i = 0; i < least.size(); ++i) {
    buckets.push_back({least[i], std::nullopt});
    if (i + 1 < least.size()) buckets.back().most = least[i + 1] - 1;
  }
  return buckets;
}

template <class Buckets>
auto& bucket_of(Buckets& buckets, Bucket std::ranges::range_value_t<Buckets>::*range, std::int64_t value) {
  return *std::ranges::find_if(buckets, [&](const auto& bucket) { return (bucket.*range).contains(value); });
}

// Segments as words, in memory that is reused.
class SegmentWords {
 public:
  explicit SegmentWords(const SplitWords& split) : split_(split) {}

  std::span<const std::string_view> of(std::string_view segment) {
    split_(segment, buffer_, words_);
    return words_;
  }

 private:
  const SplitWords& split_;
  std::string buffer_;
  std::vector<std::string_view> words_;
};

void check(const BreakdownInput& input) {
  if (input.statistics.size() != input.hypotheses.size())
    throw std::invalid_argument("a breakdown needs the statistics of each system");
  for (const auto* hypotheses : input.hypotheses) {
    if (hypotheses->size() != input.references.size())
      throw std::invalid_argument("a breakdown needs a reference for each sentence");
  }
}

std::vector<LengthBucket> score_by_length(const BreakdownInput& input, SegmentWords& words) {
  std::vector<LengthBucket> buckets;
  for (const Bucket& range : buckets_from(kLengths)) buckets.push_back({range, 0, {}});
  std::vector<std::size_t> bucket_of_sentence;
  for (const std::string& reference : input.references) {
    const auto length = static_cast<std::int64_t>(words.of(reference).size());
    LengthBucket& bucket = bucket_of(buckets, &LengthBucket::words, length);
    ++bucket.sentences;
    bucket_of_sentence.push_back(static_cast<std::size_t>(&bucket - buckets.data()));
  }
  for (const SystemStatistics& system : input.statistics) {
    for (LengthBucket& bucket : buckets) bucket.scores.emplace_back();
    for (std::size_t m = 0; m < input.metrics.size(); ++m) {
      const std::size_t width = input.metrics[m]->statistics_size();
      std::vector<std::vector<double>> sums(buckets.size(), std::vector<double>(width));
      for (std::size_t i = 0; i < input.references.size(); ++i) {
        for (std::size_t j = 0; j < width; ++j) sums[bucket_of_sentence[i]][j] += system[m][i * width + j];
      }
      for (std::size_t b = 0; b < buckets.size(); ++b)
        buckets[b].scores.back().push_back(buckets[b].sentences > 0 ? input.metrics[m]->score(sums[b]) : 0);
    }
  }
  std::erase_if(buckets, [](const LengthBucket& bucket) { return bucket.sentences == 0; });
  return buckets;
}

std::int64_t frequency_of(const WordCounts& frequencies, const std::string& word) {
  const auto found = frequencies.find(word);
  return found == frequencies.end() ? 0 : found->second;
}

// One sentence's words, each as often as it is there.
WordCounts counts_of(std::span<const std::string_view> words) {
  WordCounts counts;
  for (const std::string_view word : words) ++counts[std::string(word)];
  return counts;
}

std::vector<FrequencyBucket> match_by_frequency(const BreakdownInput& input, const WordCounts& frequencies,
                                                SegmentWords& words) {
  std::vector<FrequencyBucket> buckets;
  const std::size_t systems = input.hypotheses.size();
  for (const Bucket& range : buckets_from(kFrequencies)) {
    buckets.push_back({range, 0, std::vector<std::int64_t>(systems), std::vector<std::int64_t>(systems)});
  }
  const auto bucket_of_word = [&](const std::string& word) -> FrequencyBucket& {
    return bucket_of(buckets, &FrequencyBucket::frequency, frequency_of(frequencies, word));
  };
  for (std::size_t i = 0; i < input.references.size(); ++i) {
    const WordCounts reference = counts_of(words.of(input.references[i]));
    for (const auto& [word, count] : reference) bucket_of_word(word).reference_words += count;
    for (std::size_t s = 0; s < systems; ++s) {
      for (const auto& [word, count] : counts_of(words.of((*input.hypotheses[s])[i]))) {
        FrequencyBucket& bucket = bucket_of_word(word);
        bucket.hypothesis_words[s] += count;
        bucket.matches[s] += std::min(count, frequency_of(reference, word));
      }
    }
  }
  std::erase_if(buckets, [](const FrequencyBucket& bucket) {
    return bucket.reference_words == 0 &&
           std::ranges::all_of(bucket.hypothesis_words, [](std::int64_t count) { return count == 0; });
  });
  return buckets;
}

double share_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string Bucket::name() const {
  if (!most) return fmt::format("≥{}", least);
  return *most == least ? fmt::to_string(least) : fmt::format("{}–{}", least, *most);
}

double FrequencyBucket::precision(std::size_t system) const {
  return share_of(matches[system], hypothesis_words[system]);
}

double FrequencyBucket::recall(std::size_t system) const {
  return share_of(matches[system], reference_words);
}

double FrequencyBucket::f1(std::size_t system) const {
  return share_of(2 * matches[system], hypothesis_words[system] + reference_words);
}

WordCounts count_words(std::span<const std::string> segments, const SplitWords& split) {
  WordCounts counts;
  SegmentWords words(split);
  for (const std::string& segment : segments) {
    for (const std::string_view word : words.of(segment)) ++counts[std::string(word)];
  }
  return counts;
}

Breakdown break_down(const BreakdownInput& input, const WordCounts& frequencies, const SplitWords& split) {
  check(input);
  SegmentWords words(split);
  return {score_by_length(input, words), match_by_frequency(input, frequencies, words)};
}

std::string format_breakdown(const Breakdown& breakdown, std::span<const std::string> systems,
                             std::span<const std::string> metrics, int width) {
  const bool several = systems.size() > 1;
  const auto heading = [&](const std::string& what, std::size_t system) {
    return several ? what + " " + systems[system] : what;
  };
  TextTable lengths = {{"Words in the reference", "Sentences"}};
  TextTable words = {{"Frequency of the word", "In references"}};
  for (std::size_t s = 0; s < systems.size(); ++s) {
    for (const std::string& metric : metrics) lengths[0].push_back(heading(metric, s));
    if (!several) words[0].insert(words[0].end(), {"Precision", "Recall"});
    words[0].push_back(heading("F1", s));
  }
  for (const LengthBucket& bucket : breakdown.lengths) {
    lengths.push_back({bucket.words.name(), fmt::to_string(bucket.sentences)});
    for (const auto& scores : bucket.scores) {
      for (const double score : scores) lengths.back().push_back(fmt::format("{:.{}f}", score, width));
    }
  }
  for (const FrequencyBucket& bucket : breakdown.frequencies) {
    words.push_back({bucket.frequency.name(), fmt::to_string(bucket.reference_words)});
    const auto add = [&](double value) { words.back().push_back(fmt::format("{:.{}f}", 100 * value, width)); };
    for (std::size_t s = 0; s < systems.size(); ++s) {
      if (!several) {
        add(bucket.precision(s));
        add(bucket.recall(s));
      }
      add(bucket.f1(s));
    }
  }
  return format_columns(lengths) + "\n" + format_columns(words);
}

nlohmann::ordered_json to_json(const Breakdown& breakdown, std::span<const std::string> systems,
                               std::span<const std::string> metrics) {
  nlohmann::ordered_json lengths = nlohmann::ordered_json::array(), frequencies = lengths;
  for (const LengthBucket& bucket : breakdown.lengths) {
    nlohmann::ordered_json scores = nlohmann::ordered_json::array();
    for (std::size_t s = 0; s < systems.size(); ++s) {
      scores.push_back({{"system", systems[s]}});
      for (std::size_t m = 0; m < metrics.size(); ++m) scores.back()[metrics[m]] = bucket.scores[s][m];
    }
    lengths.push_back({{"words", bucket.words.name()}, {"sentences", bucket.sentences}, {"scores", scores}});
  }
  for (const FrequencyBucket& bucket : breakdown.frequencies) {
    nlohmann::ordered_json scores = nlohmann::ordered_json::array();
    for (std::size_t s = 0; s < systems.size(); ++s) {
      scores.push_back({{"system", systems[s]},
                        {"precision", bucket.precision(s)},
                        {"recall", bucket.recall(s)},
                        {"f1", bucket.f1(s)}});
    }
    frequencies.push_back(
        {{"frequency", bucket.frequency.name()}, {"reference_words", bucket.reference_words}, {"scores", scores}});
  }
  return {{"by_length", lengths}, {"by_frequency", frequencies}};
}

}  // namespace dragoman
