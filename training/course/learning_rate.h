#pragma once

#include "base/enum_names.h"

#include <cstdint>

namespace dragoman {

enum class Schedule { inverse_sqrt, cosine, constant };

template <>
inline constexpr auto kEnumNames<Schedule> = enum_names<Schedule>({{Schedule::inverse_sqrt, "inverse-sqrt"},
                                                                   {Schedule::cosine, "cosine"},
                                                                   {Schedule::constant, "constant"}});

struct LearningRateOptions {
  double learning_rate = 5e-4;                 ///< the peak, reached at the end of warm-up; positive
  std::int64_t warmup_steps = 4000;            ///< linear from 0; 0 or more
  Schedule schedule = Schedule::inverse_sqrt;  ///< what follows warm-up
  double final_learning_rate = 0;              ///< cosine: where the last step ends; from 0 to learning_rate

  void validate() const;
};

/// The learning rate of update `step` (the first is 1): linear warm-up to the peak, then
/// inverse_sqrt: peak · sqrt(warmup / step) (Vaswani et al. 2017, section 5.3, scaled to its peak);
/// cosine: from the peak to the final rate at `last_step` (Loshchilov and Hutter 2017, equation 5);
/// constant: the peak.
double learning_rate_at(std::int64_t step, std::int64_t last_step, const LearningRateOptions& options);

}  // namespace dragoman
