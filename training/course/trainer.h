#pragma once

#include "training/course/train_observer.h"
#include "training/course/training_setup.h"
#include "training/course/validation_schedule.h"

#include <chrono>
#include <string>

namespace dragoman {

enum class TrainOutcome { finished, stopped };

/// One training in one folder: from its texts or its last save to the final model. Several processes may train
/// together, each with a Trainer of its own: each takes its share of the batches of every update, so that all have the
/// same weights at any time, and rank 0 validates, keeps the files and speaks.
class Trainer {
 public:
  /// Opens the folder, reads the texts and, where a state is there, restores it. `config` gives the architecture
  /// wanted; vocabularies come from the tokenizers. Throws std::invalid_argument for options and std::runtime_error for
  /// files.
  /// `group`, of which every process needs the same options and texts, must outlive this object; null: it trains alone.
  Trainer(TrainOptions options, ModelConfig config, TrainObserver observer, ProcessGroup* group = nullptr);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Trains until a limit is reached or a stop is requested.
  TrainOutcome run();

 private:
  Trainer(TrainOptions options, ModelConfig config, TrainObserver observer, const Peers& peers);

  TrainOutcome train();
  TrainOutcome stop();
  void update();
  void skip_update();
  void go_back(const std::string& reason);
  bool validate();
  void save() const;
  double seconds() const;

  TrainObserver observer_;  // all of its functions can be called
  TrainingSetup setup_;
  Learner& learner_ = setup_.learner;
  TrainingProgress& progress_ = setup_.progress;
  ValidationSchedule validations_;
  int skipped_in_a_row_ = 0;
  const double seconds_before_;  // of earlier runs
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace dragoman
