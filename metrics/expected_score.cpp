#include "metrics/expected_score.h"

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace dragoman {

namespace {

/// Candidates, each text once.
struct Distinct {
  std::vector<std::string_view> texts;
  std::vector<double> times;
  std::vector<std::size_t> place_of;  // of each candidate

  explicit Distinct(std::span<const std::string> candidates) {
    std::unordered_map<std::string_view, std::size_t> places;
    for (const std::string& candidate : candidates) {
      const auto [place, is_new] = places.try_emplace(candidate, texts.size());
      if (is_new) {
        texts.push_back(candidate);
        times.push_back(0);
      }
      ++times[place->second];
      place_of.push_back(place->second);
    }
  }

  std::vector<double> of_candidates(std::span<const double> scores) const {
    std::vector<double> all;
    for (const std::size_t place : place_of) all.push_back(scores[place]);
    return all;
  }
};

}  // namespace

std::vector<double> expected_scores(const Metric& metric, std::span<const std::string> candidates) {
  const Distinct distinct(candidates);
  const std::unique_ptr<SentenceCounter> counter = metric.make_counter();
  std::vector<double> row(metric.statistics_size()), expected(distinct.texts.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    for (std::size_t k = 0; k < expected.size(); ++k) {
      counter->count(distinct.texts[i], {&distinct.texts[k], 1}, row);
      expected[i] += distinct.times[k] * metric.score(row) / static_cast<double>(candidates.size());
    }
  }
  return distinct.of_candidates(expected);
}

std::vector<double> scores_against_mean(const Metric& metric, std::span<const std::string> candidates) {
  if (candidates.empty()) return {};
  const Distinct distinct(candidates);
  const auto scores = metric.scores_against_mean(distinct.texts, distinct.times);
  if (!scores) throw std::invalid_argument("this metric has no mean of references, since it is not made of n-grams");
  return distinct.of_candidates(*scores);
}

}  // namespace dragoman
