#include "training/course/checkpoints.h"

#include "formats/model_directory.h"
#include "formats/weight_assignment.h"

#include <algorithm>
#include <cstdint>
#include <set>

namespace dragoman {

Checkpoints::Checkpoints(const std::filesystem::path& model, const CheckpointOptions& options)
    : directory_(model), options_(options), resumes_(std::filesystem::exists(directory_.state_file())) {}

void Checkpoints::save(const Learner& learner, const TrainingProgress& progress) const {
  save_state(directory_.state_file(), *learner.model, learner.optimiser, progress, learner.average_state());
  std::set<std::int64_t> steps;
  for (const ValidatedStep& kept : progress.kept) steps.insert(kept.step);
  directory_.keep_weights(steps);
}

TrainingProgress Checkpoints::load(Learner& learner) const {
  return load_state(directory_.state_file(), *learner.model, learner.optimiser, learner.average_state());
}

// The weights come before the state that speaks of them.
void Checkpoints::retain(const torch::nn::Module& model, const ValidatedStep& validated,
                         TrainingProgress& progress) const {
  save_safetensors(directory_.weights_file(validated.step), named_weights(model));
  progress.kept.push_back(validated);
  std::set<std::int64_t> steps;
  for (const ValidatedStep& kept : last_of(progress.kept, options_.keep_last)) steps.insert(kept.step);
  for (const ValidatedStep& kept : best_of(progress.kept, options_.keep_best)) steps.insert(kept.step);
  std::erase_if(progress.kept, [&](const ValidatedStep& kept) { return !steps.contains(kept.step); });
}

// A training that goes on after its end may have a mean for its model that no single step has reached yet.
bool Checkpoints::offer(const torch::nn::Module& model, double score, TrainingProgress& progress) const {
  if (progress.model_score && score <= *progress.model_score) return false;
  progress.model_score = score;
  save_weights(directory_.model(), named_weights(model));
  return true;
}

std::vector<std::filesystem::path> Checkpoints::to_average(const TrainingProgress& progress) const {
  if (options_.average == AverageOf::none) return {};
  const std::vector<ValidatedStep> chosen = options_.average == AverageOf::best
                                                ? best_of(progress.kept, options_.keep_best)
                                                : last_of(progress.kept, options_.keep_last);
  if (chosen.size() < 2) return {};
  std::vector<std::filesystem::path> files;
  for (const ValidatedStep& validated : chosen) files.push_back(directory_.weights_file(validated.step));
  return files;
}

}  // namespace dragoman
