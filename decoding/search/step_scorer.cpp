#include "decoding/search/step_scorer.h"

#include "base/vectorised.h"
#include "decoding/search/best_entries.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <limits>
#include <stdexcept>

namespace dragoman {
namespace {

DRAGOMAN_CLONES void offer_row(const float* row, std::size_t size, BestEntries& best) {
  for (std::size_t i = 0; i < size; i += BestEntries::kBlock) {
    const std::size_t count = std::min(BestEntries::kBlock, size - i);
    if (largest_value(row + i, count) > best.threshold()) best.offer(row + i, count, static_cast<std::int32_t>(i));
  }
}

}  // namespace

Candidates candidate_places(std::size_t rows, std::int64_t vocabulary, std::int64_t count) {
  Candidates places;
  places.rows = static_cast<std::int64_t>(rows);
  places.per_row = std::min(count, vocabulary);
  places.ids.resize(rows * static_cast<std::size_t>(places.per_row));
  places.log_probs.resize(places.ids.size(), -std::numeric_limits<float>::infinity());
  return places;
}

void select_best(std::span<const float> row, const AllowedIds& allowed, std::size_t number, Candidates& candidates) {
  const auto places = static_cast<std::size_t>(candidates.per_row);
  const std::span ids = std::span(candidates.ids).subspan(number * places, places);
  const std::span values = std::span(candidates.log_probs).subspan(number * places, places);
  BestEntries::empty(ids, values);
  BestEntries best(allowed, ids, values);
  offer_row(row.data(), row.size(), best);
}

Candidates best_of(const LogProbs& log_probs, std::int64_t count, std::span<const AllowedIds> allowed) {
  if (log_probs.rows != std::ssize(allowed))
    throw std::logic_error(fmt::format("{} rows, but what is allowed is known of {}", log_probs.rows, allowed.size()));
  Candidates best = candidate_places(allowed.size(), log_probs.vocabulary, count);
  for (std::size_t i = 0; i < allowed.size(); ++i)
    select_best(log_probs.row(static_cast<std::int64_t>(i)), allowed[i], i, best);
  return best;
}

}  // namespace dragoman
