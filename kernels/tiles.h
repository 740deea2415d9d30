#pragma once

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

}  // namespace dragoman
