#pragma once

#include "training/course/pace.h"
#include "training/course/train_observer.h"
#include "training/course/training_state.h"
#include "training/course/validator.h"
#include "training/loss/loss_sums.h"
#include "training/options/train_options.h"
#include "training/report/train_log.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace dragoman {

/// One update, beside what it did to the weights.
struct UpdateFigures {
  LossSums sums;
  double gradient_norm = 0;
  double learning_rate = 0;
  double share_of_epoch = 0;  ///< of the pass under way, what has been trained on
};

/// What is told of a training, to whoever runs it and in its log.
class CourseReport {
 public:
  /// observer: all of its functions can be called.
  CourseReport(TrainLog log, TrainObserver observer, const TrainOptions& options);

  void notice(const std::string& line) const { observer_.notice(line); }

  void updated(const UpdateFigures& update, const TrainingProgress& progress);
  void validated(const ValidationResult& result, bool is_best, const TrainingProgress& progress);
  /// Of the mean of `weights` validated weights, which is the model now, or not.
  void averaged(const ValidationResult& result, std::size_t weights, bool is_model, const TrainingProgress& progress);

  /// The training has gone back to where `progress` is: what the log says of later steps is removed.
  void went_back(const TrainingProgress& progress);

  /// Leaves a time out of the speed that is reported, which is of updates alone.
  void leave_out(std::chrono::steady_clock::duration time) { recent_.since += time; }

 private:
  using Clock = std::chrono::steady_clock;

  // What happened since the last line of the log.
  struct Recent {
    LossSums sums;
    std::int64_t updates = 0;
    Clock::time_point since = Clock::now();
  };

  void tell_forecast(const TrainStatus& status);

  TrainLog log_;
  TrainObserver observer_;
  LimitOptions limits_;
  AverageOf average_;
  std::int64_t log_interval_;
  bool guides_alignment_;
  Recent recent_;
  Pace pace_;
  Forecast forecast_;
  Clock::time_point started_ = Clock::now();
};

}  // namespace dragoman
