#pragma once

#include <cstdint>
#include <vector>

namespace dragoman {

/// Which random numbers a dropout draws: element n keeps or loses its value as a function of seed, batch, site and
/// first + n alone, at any number of threads.
struct DropoutKey {
  std::uint64_t seed;
  std::uint64_t batch;
  std::uint32_t site;
  std::int64_t first = 0;  ///< of a tensor that is part of a larger one: where in that it begins
};

/// A probability p in [0, 1), rounded to a multiple of 2^-16.
struct DropoutRate {
  explicit DropoutRate(double p);

  std::uint16_t threshold;  ///< an element whose 16 bits are below it is dropped
  float scale;              ///< of the elements that stay
};

/// Elements that one call of fill_dropout_bits() fills: a whole number of vector registers of Philox blocks.
inline constexpr std::int64_t kDropoutBlock = 1024;

/// 16 random bits for each of the elements [block · kDropoutBlock, (block + 1) · kDropoutBlock) of the whole tensor,
/// from Philox4x32-10 with key `seed` and counter (n / 8, site, batch, purpose): element n of the tensor takes
/// half-word n mod 8.
void fill_dropout_bits(const DropoutKey& key, std::int64_t block, std::uint16_t* bits);

/// The same numbers as factors: 0 where an element is dropped, else the rate's scale.
void fill_dropout_scales(const DropoutKey& key, const DropoutRate& rate, std::int64_t block, float* scales);

/// The factors of a tensor that is gone through from its beginning to its end, a range at a time.
class DropoutScales {
 public:
  DropoutScales(const DropoutKey& key, const DropoutRate& rate) : key_(key), rate_(rate) {}

  /// Factors of the elements [first, first + count), until the next call.
  const float* of(std::int64_t first, std::int64_t count);

 private:
  DropoutKey key_;
  DropoutRate rate_;
  std::int64_t begin_ = 0, end_ = 0;  // blocks that are there
  std::vector<float> scales_;
};

}  // namespace dragoman
