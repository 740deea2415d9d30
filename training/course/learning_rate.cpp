#include "training/course/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <stdexcept>

namespace dragoman {

void LearningRateOptions::validate() const {
  if (!(learning_rate > 0))
    throw std::invalid_argument(fmt::format("learning-rate is {}, but must be positive", learning_rate));
  if (warmup_steps < 0)
    throw std::invalid_argument(fmt::format("warmup-steps is {}, but must be 0 or more", warmup_steps));
  if (!(final_learning_rate >= 0 && final_learning_rate <= learning_rate)) {
    throw std::invalid_argument(fmt::format("final-learning-rate is {}, but must be from 0 to learning-rate, {}",
                                            final_learning_rate, learning_rate));
  }
  if (final_learning_rate > 0 && schedule != Schedule::cosine)
    throw std::invalid_argument("final-learning-rate is the end of schedule cosine; give that, too, or neither");
}

double learning_rate_at(std::int64_t step, std::int64_t last_step, const LearningRateOptions& options) {
  const auto at = static_cast<double>(step), warmup = static_cast<double>(options.warmup_steps);
  if (step < options.warmup_steps) return options.learning_rate * at / warmup;
  switch (options.schedule) {
    case Schedule::constant:
      return options.learning_rate;
    case Schedule::inverse_sqrt:
      return options.learning_rate * std::sqrt(std::max(warmup, 1.0) / std::max(at, 1.0));
    case Schedule::cosine:
      break;
  }
  const double length = std::max(static_cast<double>(last_step) - warmup, 1.0);
  const double done = std::clamp((at - warmup) / length, 0.0, 1.0);
  return options.final_learning_rate +
         (options.learning_rate - options.final_learning_rate) * 0.5 * (1 + std::cos(std::numbers::pi * done));
}

}  // namespace dragoman
