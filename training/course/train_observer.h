#pragma once

#include "base/notice.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace dragoman {

/// What a progress display shows, after each update.
struct TrainStatus {
  std::int64_t step = 0;
  std::int64_t epoch = 1;  ///< the pass that the last update was of, counted from 1
  double loss = 0;         ///< label-smoothed, a token, averaged over the last updates
  double learning_rate = 0;
  double tokens_per_second = 0;             ///< target tokens, padding excluded
  std::optional<double> fraction;           ///< of the way to the nearest limit, in [0, 1]
  std::optional<double> seconds_remaining;  ///< to that limit, at this run's pace
};

/// How a training speaks with whoever runs it. Empty functions are not called.
struct TrainObserver {
  Notice notice;
  std::function<void(const TrainStatus&)> status;
  /// Asked before each update: true ends the training with its state saved.
  std::function<bool()> stop_requested;
};

}  // namespace dragoman
