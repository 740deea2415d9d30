#include "training/report/training_summary.h"

#include "base/json.h"
#include "training/course/training_directory.h"
#include "training/options/train_options.h"
#include "training/report/train_log.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;
using Best = TrainingSummary::Best;

double score_of(const Best& weights, ValidationMetric metric) {
  return score_by(metric, weights.bleu.value_or(0), weights.loss, weights.perplexity);
}

ValidationMetric metric_of(const std::filesystem::path& model) {
  const ValidationMetric usual = TrainOptions().validation.valid_metric;
  const auto record = TrainingDirectory::record(model);
  if (!record) return usual;
  const auto found =
      std::ranges::find(record->options, "valid-metric", [](const auto& option) { return option.first; });
  for (const auto& [metric, name] : kEnumNames<ValidationMetric>) {
    if (found != record->options.end() && found->second == name) return metric;
  }
  return usual;
}

void add(const Json& entry, ValidationMetric metric, TrainingSummary& summary) {
  const std::string event = entry.at("event");
  summary.steps = std::max(summary.steps, entry.at("step").get<std::int64_t>());
  summary.epochs = std::max(summary.epochs, entry.value("epoch", std::int64_t{0}));
  summary.seconds = std::max(summary.seconds, entry.value("seconds", 0.0));
  if (event != "valid" && event != "average") return;
  Best weights{entry.at("step"), entry.value("weights", std::int64_t{0}), entry.at("loss"), entry.at("perplexity"), {}};
  if (entry.contains("bleu")) weights.bleu = entry["bleu"].get<double>();
  if (!summary.best || score_of(weights, metric) > score_of(*summary.best, metric)) summary.best = weights;
}

}  // namespace

std::optional<TrainingSummary> training_summary(const std::filesystem::path& model) {
  std::ifstream log(TrainLog::file_in(TrainingDirectory::log_folder(model)));
  if (!log) return std::nullopt;
  const ValidationMetric metric = metric_of(model);
  TrainingSummary summary;
  for (std::string line; std::getline(log, line);) {
    const auto entry = parse_json(line);
    if (!entry) continue;
    try {
      add(*entry, metric, summary);
    } catch (const Json::exception&) {
      // An entry of another kind, such as a validation whose numbers were not finite.
    }
  }
  return summary;
}

}  // namespace dragoman
