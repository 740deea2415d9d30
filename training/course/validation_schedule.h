#pragma once

#include "training/course/training_state.h"

#include <cstdint>

namespace dragoman {

/// When a training validates: every `interval` updates, or, for 0, at the end of each pass over the corpus. Weights
/// whose last update was skipped are not measured: then the first update that succeeds makes up for it.
class ValidationSchedule {
 public:
  explicit ValidationSchedule(std::int64_t interval) : interval_(interval) {}

  /// To be asked after every update.
  bool is_due(const TrainingProgress& progress, bool skipped) {
    const bool is_time = interval_ > 0 ? progress.step % interval_ == 0 : progress.batch_in_epoch == 0;
    if (is_time) last_time_ = progress.step;
    return progress.validated_step < last_time_ && !skipped;
  }

 private:
  std::int64_t interval_;
  std::int64_t last_time_ = 0;  // the step when it was time
};

}  // namespace dragoman
