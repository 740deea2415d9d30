#pragma once

#include "base/rounding.h"

#include <cstdint>

namespace dragoman {

/// Rows of a tile of AMX, and bytes of each of its rows.
inline constexpr std::int64_t kTileRows = 16, kTileBytes = 64;

/// Whether there is AMX for bytes, which the system has to grant a process once: the first question for it asks.
bool has_tiles();

/// A thread's time with AMX: its tiles are set up, and at the end free, so that they cost nothing when threads change.
/// No instruction of AMX may run in a thread outside one.
class TileUse {
 public:
  TileUse();
  ~TileUse();
  TileUse(const TileUse&) = delete;
  TileUse& operator=(const TileUse&) = delete;
};

/// Weights that are needed next, brought into the second-level cache while others are multiplied, evenly over all
/// steps: all at once they would hold up the loads of the step.
class WeightsAhead {
 public:
  /// bytes: of the weights of a step, a multiple of kTileBytes; blocks: how often each step comes
  WeightsAhead(const std::int8_t* weights, std::int64_t bytes, std::int64_t blocks)
      : next_(weights), each_(divided_up(bytes, blocks)) {}

  /// Once a step.
  [[gnu::always_inline]] inline void bring() {
    for (const std::int8_t* const end = next_ + each_; next_ < end; next_ += kTileBytes)
      __builtin_prefetch(next_, 0, 2);
  }

 private:
  const std::int8_t* next_;
  std::int64_t each_;  // bytes a step, so that the last step of all brings the last of them
};

}  // namespace dragoman
