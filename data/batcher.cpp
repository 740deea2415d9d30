#include "data/batcher.h"

#include "base/permutation.h"
#include "base/rounding.h"

#include <algorithm>
#include <compare>
#include <fmt/format.h>
#include <iterator>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace dragoman {

void BatchOptions::validate() const {
  if (batch_tokens < 1)
    throw std::invalid_argument(fmt::format("batch tokens must be at least 1, not {}", batch_tokens));
  if (row_multiple < 1) {
    throw std::invalid_argument(fmt::format("the multiple for rows must be at least 1, not {}", row_multiple));
  }
  if (window < 1) throw std::invalid_argument(fmt::format("a window must have at least 1 pair, not {}", window));
}

Batcher::Batcher(std::span<const PairPlace> pairs, BatchOptions options, std::optional<Mixture> mixture)
    : pairs_(pairs), options_(options), mixture_(std::move(mixture)) {
  options_.validate();
  if (pairs_.size() > std::numeric_limits<std::uint32_t>::max())
    throw std::invalid_argument(fmt::format("a corpus of {} pairs is too large to batch", pairs_.size()));
}

std::vector<std::vector<std::uint32_t>> Batcher::epoch(std::int64_t number) const {
  std::vector<std::vector<std::uint32_t>> batches;
  for (std::int64_t i = 0; i < windows(); ++i) {
    auto part = window(number, i);
    std::move(part.begin(), part.end(), std::back_inserter(batches));
  }
  return batches;
}

std::int64_t Batcher::size() const {
  return mixture_ ? mixture_->size() : static_cast<std::int64_t>(pairs_.size());
}

std::int64_t Batcher::windows() const {
  return divided_up(size(), options_.window);
}

std::vector<std::vector<std::uint32_t>> Batcher::window(std::int64_t epoch, std::int64_t number) const {
  CounterRandom random(options_.seed, RandomPurpose::shuffle, static_cast<std::uint64_t>(number << 40 | epoch));
  std::vector<std::uint32_t> pairs = shuffled(epoch, number, random);
  sort_by_length(pairs, random.below(2) == 1);
  // From either end, so that not only equally long pairs meet each other in new batches.
  if (random.below(2) == 1) std::reverse(pairs.begin(), pairs.end());
  auto batches = cut(pairs);
  random.shuffle(batches);
  return batches;
}

// The pairs of one window, in random order.
std::vector<std::uint32_t> Batcher::shuffled(std::int64_t epoch, std::int64_t window, CounterRandom& random) const {
  const std::int64_t begin = window * options_.window;
  std::vector<std::uint32_t> pairs(static_cast<std::size_t>(std::min(options_.window, size() - begin)));
  if (windows() == 1) {
    std::iota(pairs.begin(), pairs.end(), 0u);
    random.shuffle(pairs);
  } else {
    const Permutation order(options_.seed, RandomPurpose::shuffle, static_cast<std::uint64_t>(epoch),
                            static_cast<std::uint64_t>(size()));
    for (std::size_t i = 0; i < pairs.size(); ++i)
      pairs[i] = static_cast<std::uint32_t>(order(static_cast<std::uint64_t>(begin) + i));
  }
  if (mixture_) {
    for (std::uint32_t& pair : pairs) pair = mixture_->pair(epoch, pair);
  }
  return pairs;
}

// Neighbours must be alike on both sides. Pairs are sorted by their longer side, which the budget counts; among equals
// by the difference of the sides, upwards and downwards in turn, so that one group ends where the next begins.
void Batcher::sort_by_length(std::vector<std::uint32_t>& pairs, bool odd_upwards) const {
  struct Entry {
    std::int32_t longer, difference;
    std::uint32_t rank;  // keeps the order of equals, without the memory that a stable sort takes
    std::uint32_t pair;
    auto operator<=>(const Entry&) const = default;
  };
  std::vector<Entry> entries(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::int32_t source = pairs_[pairs[i]].source_length, target = pairs_[pairs[i]].target_length;
    const std::int32_t longer = std::max(source, target);
    const bool upwards = (longer % 2 == 1) == odd_upwards;
    entries[i] = {longer, upwards ? source - target : target - source, static_cast<std::uint32_t>(i), pairs[i]};
  }
  std::sort(entries.begin(), entries.end());
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = entries[i].pair;
}

std::vector<std::vector<std::uint32_t>> Batcher::cut(std::span<const std::uint32_t> sorted) const {
  auto positions = [&](std::uint32_t pair) {
    return std::int64_t{std::max(pairs_[pair].source_length, pairs_[pair].target_length)} + 1;  // eos, or bos
  };
  const auto multiple = static_cast<std::size_t>(options_.row_multiple);
  std::vector<std::vector<std::uint32_t>> batches;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::int64_t width = 0;
    std::size_t end = begin;
    for (; end < sorted.size(); ++end) {
      width = std::max(width, positions(sorted[end]));
      if (end > begin && static_cast<std::int64_t>(end - begin + 1) * width > options_.batch_tokens) break;
    }
    const std::size_t rows = end - begin;
    if (end < sorted.size() && rows > multiple) end -= rows % multiple;
    batches.emplace_back(sorted.begin() + static_cast<std::ptrdiff_t>(begin),
                         sorted.begin() + static_cast<std::ptrdiff_t>(end));
    begin = end;
  }
  return batches;
}

PaddedIds pad_framed_rows(std::span<const std::span<const std::int32_t>> rows, std::span<const RowFrame> frames,
                          std::int32_t pad_id, std::int64_t width_multiple) {
  if (width_multiple < 1) {
    throw std::invalid_argument(fmt::format("the multiple for the width must be at least 1, not {}", width_multiple));
  }
  PaddedIds padded;
  padded.rows = static_cast<std::int64_t>(rows.size());
  padded.lengths.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    padded.lengths.push_back(std::ssize(frames[i].before) + std::ssize(rows[i]) + std::ssize(frames[i].behind));
    padded.width = std::max(padded.width, padded.lengths.back());
  }
  padded.width = rounded_up(padded.width, width_multiple);
  padded.ids.reserve(static_cast<std::size_t>(padded.rows * padded.width));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& part : {frames[i].before, rows[i], frames[i].behind})
      padded.ids.insert(padded.ids.end(), part.begin(), part.end());
    padded.ids.resize((i + 1) * static_cast<std::size_t>(padded.width), pad_id);
  }
  return padded;
}

PaddedIds pad_rows(std::span<const std::span<const std::int32_t>> rows, std::span<const std::int32_t> before,
                   std::span<const std::int32_t> behind, std::int32_t pad_id, std::int64_t width_multiple) {
  const std::vector<RowFrame> frames(rows.size(), {before, behind});
  return pad_framed_rows(rows, frames, pad_id, width_multiple);
}

}  // namespace dragoman
