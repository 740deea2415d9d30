#include "metrics/sentence_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

namespace dragoman {

std::vector<double> sentence_scores(const Metric& metric, std::span<const double> statistics) {
  const std::size_t width = metric.statistics_size();
  std::vector<double> scores(statistics.size() / width);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = metric.score(statistics.subspan(i * width, width));
  return scores;
}

std::vector<std::size_t> worst_sentences(const ScoredSentences& sentences, std::size_t count, bool lower_is_better) {
  std::vector<double> goodness(sentences.references.front().size());
  for (const auto& system : sentences.scores) {
    for (std::size_t i = 0; i < goodness.size(); ++i) goodness[i] += lower_is_better ? -system[0][i] : system[0][i];
  }
  std::vector<std::size_t> order(goodness.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return goodness[i]; });
  order.resize(std::min(count, order.size()));
  return order;
}

std::string format_sentences(const ScoredSentences& sentences, std::span<const std::size_t> shown,
                             std::span<const std::string> systems, const std::string& metric, int width) {
  std::string text;
  for (const std::size_t i : shown) {
    std::vector<std::pair<std::string, std::string>> rows;
    if (!sentences.sources.empty()) rows.emplace_back("source", sentences.sources[i]);
    for (const auto& stream : sentences.references) rows.emplace_back("reference", stream[i]);
    for (std::size_t s = 0; s < systems.size(); ++s)
      rows.emplace_back(fmt::format("{} {:.{}f}", systems[s], sentences.scores[s][0][i], width),
                        (*sentences.hypotheses[s])[i]);
    std::size_t longest = 0;
    for (const auto& [label, line] : rows) longest = std::max(longest, label.size());
    text += fmt::format("{}line {}, {}\n", text.empty() ? "" : "\n", i + 1, metric);
    for (const auto& [label, line] : rows) text += fmt::format("  {:{}}  {}\n", label, longest, line);
  }
  return text;
}

nlohmann::ordered_json to_json(const ScoredSentences& sentences, std::span<const std::size_t> shown,
                               std::span<const std::string> systems, std::span<const std::string> metrics) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const std::size_t i : shown) {
    nlohmann::ordered_json entry = {{"line", i + 1}};
    if (!sentences.sources.empty()) entry["source"] = sentences.sources[i];
    entry["references"] = nlohmann::ordered_json::array();
    for (const auto& stream : sentences.references) entry["references"].push_back(stream[i]);
    entry["hypotheses"] = nlohmann::ordered_json::array();
    for (std::size_t s = 0; s < systems.size(); ++s) {
      nlohmann::ordered_json hypothesis = {{"system", systems[s]}, {"text", (*sentences.hypotheses[s])[i]}};
      for (std::size_t m = 0; m < metrics.size(); ++m) hypothesis[metrics[m]] = sentences.scores[s][m][i];
      entry["hypotheses"].push_back(std::move(hypothesis));
    }
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace dragoman
