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

Candidates candidate_places(const TokenQuery& query, std::int64_t vocabulary) {
  Candidates places;
  places.rows = std::ssize(query.allowed);
  const std::int64_t more = query.more.empty() ? 0 : std::ranges::max(query.more);
  places.per_row = std::min(query.count + more, vocabulary);
  places.ids.resize(static_cast<std::size_t>(places.rows * places.per_row));
  places.log_probs.resize(places.ids.size(), -std::numeric_limits<float>::infinity());
  for (const std::vector<std::int32_t>& ids : query.named) places.named.emplace_back(ids.size());
  return places;
}

std::span<float> select_best(std::span<const float> row, const TokenQuery& query, std::size_t number,
                             Candidates& candidates) {
  const auto places = static_cast<std::size_t>(candidates.per_row);
  const std::size_t count = std::min(static_cast<std::size_t>(query.count_of(number)), places);
  const std::span all_ids = std::span(candidates.ids).subspan(number * places, places);
  const std::span all_values = std::span(candidates.log_probs).subspan(number * places, places);
  BestEntries::empty(all_ids, all_values);
  const std::span ids = all_ids.first(count);
  const std::span values = all_values.first(count);
  BestEntries best(query.allowed[number], ids, values);
  offer_row(row.data(), row.size(), best);
  return values;
}

Candidates best_of(const LogProbs& log_probs, const TokenQuery& query) {
  if (log_probs.rows != std::ssize(query.allowed)) {
    throw std::logic_error(
        fmt::format("{} rows, but what is allowed is known of {}", log_probs.rows, query.allowed.size()));
  }
  Candidates best = candidate_places(query, log_probs.vocabulary);
  for (std::size_t i = 0; i < query.allowed.size(); ++i)
    select_best(log_probs.row(static_cast<std::int64_t>(i)), query, i, best);
  for (std::size_t i = 0; i < query.named.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    for (std::size_t k = 0; k < query.named[i].size(); ++k) {
      const auto id = static_cast<std::size_t>(query.named[i][k]);
      best.named[i][k] = {log_probs.row(row)[id], log_probs.own_row(row)[id]};
    }
  }
  if (log_probs.own.empty()) return best;
  for (std::size_t place = 0; place < best.ids.size(); ++place) {
    const std::int64_t row = static_cast<std::int64_t>(place) / best.per_row;
    best.own.push_back(log_probs.own_row(row)[static_cast<std::size_t>(best.ids[place])]);
  }
  return best;
}

}  // namespace dragoman
