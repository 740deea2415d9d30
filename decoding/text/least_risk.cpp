#include "decoding/text/least_risk.h"

#include "metrics/expected_score.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

void choose_outputs(Translation& translation, const Metric& metric, RiskReferences references, std::size_t count) {
  std::vector<std::string> texts;
  for (const Translation::Output& output : translation.outputs) texts.push_back(output.text);
  const std::vector<double> scores =
      references == RiskReferences::all ? expected_scores(metric, texts) : scores_against_mean(metric, texts);
  std::unordered_set<std::string> seen;
  std::vector<Translation::Output> outputs;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!seen.insert(texts[i]).second) continue;
    outputs.push_back(std::move(translation.outputs[i]));
    outputs.back().score = metric.lower_is_better() ? -scores[i] : scores[i];
  }
  std::ranges::stable_sort(outputs, std::ranges::greater(), &Translation::Output::score);
  outputs.resize(std::min(outputs.size(), count));
  translation.outputs = std::move(outputs);
}

}  // namespace

void choose_by_risk(std::span<Translation> translations, const Metric& metric, RiskReferences references,
                    std::size_t count, const ParallelLoop& loop) {
  loop(translations.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) choose_outputs(translations[i], metric, references, count);
  });
}

}  // namespace dragoman
