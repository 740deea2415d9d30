#pragma once

#include "training/course/learner.h"
#include "training/course/training_directory.h"
#include "training/course/training_state.h"
#include "training/options/train_options.h"

#include <torch/nn/module.h>

#include <filesystem>
#include <vector>

namespace dragoman {

/// Which weights a training keeps, and where: the state that a run goes on from, those of validations, and the model of
/// its folder. A crash between two of its writes leaves a file too many, never one too few.
class Checkpoints {
 public:
  /// Opens the folder, as TrainingDirectory does.
  Checkpoints(const std::filesystem::path& model, const CheckpointOptions& options);

  TrainingDirectory& directory() { return directory_; }

  /// Whether there was a state to go on from when the folder was opened.
  bool resumes() const { return resumes_; }

  /// Writes the state, and removes the weights that `progress` speaks of no more.
  void save(const Learner& learner, const TrainingProgress& progress) const;

  /// Restores the last state. Throws std::runtime_error naming the file if it is damaged or of another model.
  TrainingProgress load(Learner& learner) const;

  /// Keeps the weights of a validation, as they are in `model` now, and of the others only the last and the best: the
  /// next save() removes the rest.
  void retain(const torch::nn::Module& model, const ValidatedStep& validated, TrainingProgress& progress) const;

  /// Makes `model` that of the folder if no better one is there; returns whether it did.
  bool offer(const torch::nn::Module& model, double score, TrainingProgress& progress) const;

  /// The weights whose mean is tried at the end; fewer than two are none.
  std::vector<std::filesystem::path> to_average(const TrainingProgress& progress) const;

 private:
  TrainingDirectory directory_;
  CheckpointOptions options_;
  bool resumes_;
};

}  // namespace dragoman
