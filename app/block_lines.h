#pragma once

#include <cstddef>

namespace dragoman {

/// How many lines are translated together where many follow each other: enough for batches of similar lengths on each
/// core, and few enough for a reader of the translations to see them flow. threads: at least 1
inline std::size_t block_lines(int threads) {
  constexpr std::size_t kLinesOfACore = 512;
  return kLinesOfACore * static_cast<std::size_t>(threads);
}

}  // namespace dragoman
