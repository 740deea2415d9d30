#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace dragoman {

/// What a stream of random numbers is for; part of its key, so that no two uses ever share numbers.
enum class RandomPurpose : std::uint32_t {
  initialisation = 1,
  shuffle = 2,
  dropout = 3,
  sampling = 4,
  layer_dropout = 5,
  attention = 6,
  expected_attention = 7,
  mixture = 8,
  translation = 9,
  augmentation = 10,
  cutoff = 11
};

/// Philox4x32-10 (Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3", section 3.3): four uniform 32-bit
/// words that depend on nothing but key and counter.
inline std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 2> key, std::array<std::uint32_t, 4> counter) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

/// A reproducible stream of numbers: the n-th number is a function of (seed, purpose, item, n) alone.
class CounterRandom {
 public:
  CounterRandom(std::uint64_t seed, RandomPurpose purpose, std::uint64_t item)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        purpose_(static_cast<std::uint32_t>(purpose)),
        item_(item) {}

  std::uint32_t next() {
    if (used_ == 4) {
      words_ = philox(key_,
                      {block_++, static_cast<std::uint32_t>(item_), static_cast<std::uint32_t>(item_ >> 32), purpose_});
      used_ = 0;
    }
    return words_[used_++];
  }

  /// Uniform in [0, 1).
  double uniform() { return next() * 0x1p-32; }

  /// Uniform integer in [0, bound), bound > 0; exact (Lemire 2019, "Fast Random Integer Generation in an Interval").
  std::uint32_t below(std::uint32_t bound) {
    std::uint64_t product = std::uint64_t{next()} * bound;
    const std::uint32_t rest = (0u - bound) % bound;
    while (static_cast<std::uint32_t>(product) < rest) product = std::uint64_t{next()} * bound;
    return static_cast<std::uint32_t>(product >> 32);
  }

  /// Fisher-Yates; the same order on every platform (std::shuffle's is not specified).
  template <typename Sequence>
  void shuffle(Sequence& items) {
    for (std::size_t left = items.size(); left > 1; --left) {
      std::swap(items[left - 1], items[below(static_cast<std::uint32_t>(left))]);
    }
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint32_t purpose_;
  std::uint64_t item_;
  std::uint32_t block_ = 0;
  int used_ = 4;
  std::array<std::uint32_t, 4> words_{};
};

}  // namespace dragoman
