#include "decoding/scoring/reranker.h"

#include "metrics/weight_tuning.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <unordered_set>
#include <utility>

namespace dragoman {
namespace {

using Features = std::vector<std::vector<double>>;  // of the outputs of one line

void give_the_least(Features& outputs, std::size_t feature) {
  double least = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& of_output : outputs) least = std::fmin(least, of_output[feature]);
  for (std::vector<double>& of_output : outputs) {
    if (!std::isfinite(of_output[feature])) of_output[feature] = std::isfinite(least) ? least : 0;
  }
}

}  // namespace

void leave_distinct(Translation& translation) {
  std::unordered_set<std::string> seen;
  std::erase_if(translation.outputs,
                [&](const Translation::Output& output) { return !seen.insert(output.text).second; });
}

std::vector<Features> Reranker::features(std::span<const std::string> lines,
                                         std::span<const Translation> translations) const {
  std::vector<Features> all(translations.size());
  std::vector<std::string> sources, targets;
  for (std::size_t i = 0; i < translations.size(); ++i) {
    for (const Translation::Output& output : translations[i].outputs) {
      all[i].push_back({output.score, static_cast<double>(output.tokens.size())});
      sources.push_back(lines[i]);
      targets.push_back(output.text);
    }
  }
  const std::vector<std::string> nothing(targets.size());
  LineReport unheard({});
  for (const Judge& judge : judges_) {
    const bool reverse = judge.direction == ScoringDirection::reverse;
    const auto& read = judge.direction == ScoringDirection::language_model ? nothing : reverse ? targets : sources;
    const auto scored = judge.scorer.score(read, reverse ? sources : targets, 1, unheard);
    auto score = scored.begin();
    for (Features& outputs : all) {
      for (std::vector<double>& of_output : outputs) of_output.push_back((score++)->score);
      give_the_least(outputs, outputs.empty() ? 0 : outputs.front().size() - 1);
    }
  }
  return all;
}

void Reranker::choose(std::span<const std::string> lines, std::span<Translation> translations,
                      std::span<const double> weights, std::size_t count) const {
  for (Translation& translation : translations) leave_distinct(translation);
  const std::vector<Features> all = features(lines, translations);
  for (std::size_t i = 0; i < translations.size(); ++i) {
    std::vector<Translation::Output>& outputs = translations[i].outputs;
    for (std::size_t k = 0; k < outputs.size(); ++k) outputs[k].score = weighted_sum(weights, all[i][k]);
    std::ranges::stable_sort(outputs, std::ranges::greater(), &Translation::Output::score);
    outputs.resize(std::min(outputs.size(), count));
  }
}

}  // namespace dragoman
