#pragma once

#include "training/course/learning_rate.h"
#include "training/course/training_state.h"
#include "training/options/train_options.h"

#include <cstdint>
#include <optional>
#include <string>

namespace dragoman {

/// The limit that a training has come to, as the option that sets it ("--max-steps 100"); nothing if it may go on.
std::optional<std::string> limit_reached(const LimitOptions& limits, const TrainingProgress& progress);

/// How much of the way to the nearest limit lies behind, in [0, 1]; nothing where only --patience ends it.
/// share_of_epoch: of the pass under way, what has been trained on.
std::optional<double> fraction_done(const LimitOptions& limits, const TrainingProgress& progress,
                                    double share_of_epoch);

/// The update at which the learning rate's schedule ends, 0 for none. updates_in_pass: needed for a cosine whose end
/// --max-epochs sets.
std::int64_t schedule_end(const LimitOptions& limits, Schedule schedule, std::optional<std::int64_t> updates_in_pass);

}  // namespace dragoman
