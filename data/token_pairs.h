#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dragoman {

/// Where the ids of a pair begin, and how many there are, without bos and eos.
struct PairPlace {
  std::uint64_t begin = 0;
  std::int32_t source_length = 0, target_length = 0;  ///< the target's ids are behind the source's
};

/// Sentence pairs as ids, without bos and eos: a view of memory that something else owns.
struct TokenPairs {
  std::span<const std::int32_t> ids;
  std::span<const PairPlace> places;

  std::size_t size() const { return places.size(); }
  std::span<const std::int32_t> source(std::size_t i) const {
    return ids.subspan(places[i].begin, static_cast<std::size_t>(places[i].source_length));
  }
  std::span<const std::int32_t> target(std::size_t i) const {
    return ids.subspan(places[i].begin + static_cast<std::size_t>(places[i].source_length),
                       static_cast<std::size_t>(places[i].target_length));
  }
};

}  // namespace dragoman
