#include "training/course/training_state.h"

#include "base/json.h"
#include "formats/weight_assignment.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kModelPrefix = "model.";
constexpr const char* kOptimiserPrefix = "optimiser.";

template <typename Progress, typename Visitor>
void visit_counts(Progress& progress, Visitor&& visit) {
  visit("step", progress.step);
  visit("epoch", progress.epoch);
  visit("batch_in_epoch", progress.batch_in_epoch);
  visit("batches", progress.batches);
  visit("batch_tokens", progress.batch_tokens);
  visit("target_tokens", progress.target_tokens);
  visit("seconds", progress.seconds);
  visit("validated_step", progress.validated_step);
  visit("stalled", progress.stalled);
  visit("skipped", progress.skipped);
  visit("setbacks", progress.setbacks);
  visit("rate_factor", progress.rate_factor);
  visit("finished", progress.finished);
}

Json to_json(const ValidatedStep& validated) {
  return {{"step", validated.step}, {"score", validated.score}};
}

template <typename Value>
void read_count(const Json& json, Value& value) {
  if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
    value = whole_number<Value>(json);
  } else {
    json.get_to(value);
  }
}

// JSON knows no infinity: the score of a model that has diverged is null there.
double score_of(const Json& score) {
  return score.is_null() ? -std::numeric_limits<double>::infinity() : score.get<double>();
}

ValidatedStep validated_step(const Json& json) {
  return {whole_number<std::int64_t>(json.at("step")), score_of(json.at("score"))};
}

}  // namespace

std::string to_text(const TrainingProgress& progress) {
  Json json;
  visit_counts(progress, [&](const char* key, const auto& value) { json[key] = value; });
  json["kept"] = Json::array();
  for (const ValidatedStep& kept : progress.kept) json["kept"].push_back(to_json(kept));
  if (progress.best) json["best"] = to_json(*progress.best);
  if (progress.model_score) json["model_score"] = *progress.model_score;
  return json.dump();
}

TrainingProgress progress_of(const std::string& text) {
  const Json json = parse_json(text).value();
  TrainingProgress progress;
  visit_counts(progress, [&](const char* key, auto& value) { read_count(json.at(key), value); });
  for (const Json& kept : json.at("kept")) progress.kept.push_back(validated_step(kept));
  if (json.contains("best")) progress.best = validated_step(json["best"]);
  if (json.contains("model_score")) progress.model_score = score_of(json["model_score"]);
  return progress;
}

std::vector<ValidatedStep> last_of(const std::vector<ValidatedStep>& validated, int count) {
  const auto size = std::min(validated.size(), static_cast<std::size_t>(count));
  return {validated.end() - static_cast<std::ptrdiff_t>(size), validated.end()};
}

std::vector<ValidatedStep> best_of(const std::vector<ValidatedStep>& validated, int count) {
  std::vector<ValidatedStep> sorted = validated;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  sorted.resize(std::min(sorted.size(), static_cast<std::size_t>(count)));
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
  return sorted;
}

void save_state(const std::filesystem::path& file, const torch::nn::Module& model, const Optimiser& optimiser,
                const TrainingProgress& progress, const NamedTensors& more) {
  NamedTensors tensors = more;
  for (auto& [name, tensor] : named_weights(model)) tensors.emplace_back(kModelPrefix + name, tensor);
  for (auto& item : optimiser.state(kOptimiserPrefix)) tensors.push_back(std::move(item));
  save_safetensors(file, tensors, {{"progress", to_text(progress)}});
}

TrainingProgress load_state(const std::filesystem::path& file, torch::nn::Module& model, Optimiser& optimiser,
                            const NamedTensors& more) {
  const SafetensorsFile state = load_safetensors(file);
  assign_weights(model, state, file, kModelPrefix);
  torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : optimiser.state(kOptimiserPrefix)) tensor.copy_(state.at(name, file));
  for (const auto& [name, tensor] : more) tensor.copy_(state.at(name, file));
  try {
    return progress_of(state.metadata.at("progress"));
  } catch (const std::exception&) {
    throw std::runtime_error(fmt::format("{}: its progress cannot be read; train into another folder", file.string()));
  }
}

}  // namespace dragoman
