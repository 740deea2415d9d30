#include "decoding/search/step_scorer.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <stdexcept>

namespace dragoman {

Candidates best_of(const LogProbs& log_probs, std::int64_t count, std::span<const AllowedIds> allowed) {
  if (log_probs.rows != std::ssize(allowed))
    throw std::logic_error(fmt::format("{} rows, but what is allowed is known of {}", log_probs.rows, allowed.size()));
  Candidates best;
  best.rows = log_probs.rows;
  best.per_row = std::min(count, log_probs.vocabulary);
  for (std::int64_t i = 0; i < best.rows; ++i) {
    const std::span<const float> row = log_probs.row(i);
    std::vector<std::int32_t> order;
    for (std::int32_t id = 0; id < std::ssize(row); ++id) {
      if (!std::isinf(row[id]) && allowed[static_cast<std::size_t>(i)].contains(id)) order.push_back(id);
    }
    const auto kept = std::min(order.size(), static_cast<std::size_t>(best.per_row));
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                      [&](std::int32_t a, std::int32_t b) { return row[a] != row[b] ? row[a] > row[b] : a < b; });
    order.resize(kept);
    for (const std::int32_t id : order) best.log_probs.push_back(row[id]);
    best.ids.insert(best.ids.end(), order.begin(), order.end());
    best.ids.resize(static_cast<std::size_t>((i + 1) * best.per_row));
    best.log_probs.resize(best.ids.size(), -std::numeric_limits<float>::infinity());
  }
  return best;
}

}  // namespace dragoman
