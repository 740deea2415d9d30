#include "metrics/expected_score.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace dragoman {

std::vector<double> expected_scores(const Metric& metric, std::span<const std::string> candidates) {
  std::unordered_map<std::string_view, std::size_t> places;
  std::vector<std::string_view> distinct;
  std::vector<std::size_t> place_of;
  std::vector<double> times;
  for (const std::string& candidate : candidates) {
    const auto [place, is_new] = places.try_emplace(candidate, distinct.size());
    if (is_new) {
      distinct.push_back(candidate);
      times.push_back(0);
    }
    ++times[place->second];
    place_of.push_back(place->second);
  }
  const std::unique_ptr<SentenceCounter> counter = metric.make_counter();
  std::vector<double> row(metric.statistics_size()), expected(distinct.size());
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    for (std::size_t k = 0; k < distinct.size(); ++k) {
      counter->count(distinct[i], {&distinct[k], 1}, row);
      expected[i] += times[k] * metric.score(row) / static_cast<double>(candidates.size());
    }
  }
  std::vector<double> scores;
  for (const std::size_t place : place_of) scores.push_back(expected[place]);
  return scores;
}

}  // namespace dragoman
