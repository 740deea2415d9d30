#pragma once

#include "base/rounding.h"
#include "base/shared_loop.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace dragoman {

/// The panels of a matrix that are multiplied by some rows.
struct PanelWork {
  std::int64_t panels;
  std::int64_t panel_bytes;  ///< of weights
  std::int64_t rows;
  std::int64_t most_rows;  ///< with more of them a share would take so long that who waits for it cannot tell whether
                           ///< it is being done
};

/// Calls `multiply(begin, end)` for panels that together are all, in the caller's thread and those that help it.
template <typename Multiply>
void share_panels(const PanelWork& work, const Multiply& multiply) {
  // Bytes of weights, which with a few rows take as long as several hand-overs between threads.
  constexpr std::int64_t kLeastShare = 64 << 10;
  if (work.rows > work.most_rows || !ask_for_loop_help()) return multiply(std::int64_t{0}, work.panels);
  const std::int64_t share = std::max<std::int64_t>(kLeastShare / work.panel_bytes, 1);
  share_loop(static_cast<std::size_t>(divided_up(work.panels, share)), [&](std::size_t i) {
    const std::int64_t first = static_cast<std::int64_t>(i) * share;
    multiply(first, std::min(first + share, work.panels));
  });
}

}  // namespace dragoman
