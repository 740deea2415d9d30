#pragma once

#include "base/counter_random.h"

#include <bit>
#include <cstdint>

namespace dragoman {

/// A random order of [0, count) that takes no memory, however large the count: a Feistel network over the next even
/// number of bits (Luby and Rackoff 1988), applied again and again until its result is below `count` (Black and
/// Rogaway 2002, "Ciphers with Arbitrary Finite Domains", section 3).
class Permutation {
 public:
  /// count: from 1 to 2^32.
  Permutation(std::uint64_t seed, RandomPurpose purpose, std::uint64_t item, std::uint64_t count)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        purpose_(static_cast<std::uint32_t>(purpose)),
        item_(item),
        count_(count),
        half_bits_((std::bit_width(count - 1) + 1) / 2) {}

  /// What stands at place `i`, i below count.
  std::uint64_t operator()(std::uint64_t i) const {
    do {
      i = mixed(i);
    } while (i >= count_);
    return i;
  }

 private:
  static constexpr std::uint32_t kRounds = 4;

  std::uint64_t mixed(std::uint64_t i) const {
    const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
    std::uint64_t left = i >> half_bits_, right = i & mask;
    for (std::uint32_t round = 0; round < kRounds; ++round) {
      // The purpose's upper bits are free to tell these numbers from those of a CounterRandom.
      const auto words = philox(key_, {static_cast<std::uint32_t>(right), static_cast<std::uint32_t>(item_),
                                       static_cast<std::uint32_t>(item_ >> 32), purpose_ | (round + 1) << 16});
      const std::uint64_t next = (left ^ words[0]) & mask;
      left = right;
      right = next;
    }
    return left << half_bits_ | right;
  }

  std::array<std::uint32_t, 2> key_;
  std::uint32_t purpose_;
  std::uint64_t item_, count_;
  int half_bits_;
};

}  // namespace dragoman
