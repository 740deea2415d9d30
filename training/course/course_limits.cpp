#include "training/course/course_limits.h"

#include <algorithm>
#include <fmt/format.h>

namespace dragoman {

std::optional<std::string> limit_reached(const LimitOptions& limits, const TrainingProgress& progress) {
  if (limits.max_steps > 0 && progress.step >= limits.max_steps) return fmt::format("--max-steps {}", limits.max_steps);
  if (limits.max_epochs > 0 && progress.epoch >= limits.max_epochs)
    return fmt::format("--max-epochs {}", limits.max_epochs);
  if (limits.max_time > 0 && progress.seconds >= limits.max_time * 60)
    return fmt::format("--max-time {}", limits.max_time);
  if (limits.patience > 0 && progress.stalled >= limits.patience) return fmt::format("--patience {}", limits.patience);
  return std::nullopt;
}

std::optional<double> fraction_done(const LimitOptions& limits, const TrainingProgress& progress,
                                    double share_of_epoch) {
  std::optional<double> fraction;
  const auto add = [&](double done, double limit) {
    if (limit > 0) fraction = std::min(1.0, std::max(fraction.value_or(0.0), done / limit));
  };
  add(static_cast<double>(progress.step), static_cast<double>(limits.max_steps));
  add(progress.seconds, limits.max_time * 60);
  add(static_cast<double>(progress.epoch) + share_of_epoch, static_cast<double>(limits.max_epochs));
  return fraction;
}

std::int64_t schedule_end(const LimitOptions& limits, Schedule schedule, std::optional<std::int64_t> updates_in_pass) {
  if (limits.max_epochs == 0 || schedule != Schedule::cosine) return limits.max_steps;
  const std::int64_t end = limits.max_epochs * updates_in_pass.value();
  return limits.max_steps > 0 ? std::min(limits.max_steps, end) : end;
}

}  // namespace dragoman
