#pragma once

#include <cstdint>

namespace dragoman {

/// Elements that one call of fill_dropout_bits() fills: a whole number of vector registers of Philox blocks.
inline constexpr std::int64_t kDropoutBlock = 1024;

/// 16 random bits for each of the elements [block · kDropoutBlock, (block + 1) · kDropoutBlock) of a tensor, from
/// Philox4x32-10 with key `seed` and counter (n / 8, site, batch, purpose): element n of the tensor takes half-word n
/// mod 8.
void fill_dropout_bits(std::uint64_t seed, std::uint64_t batch, std::uint32_t site, std::int64_t block,
                       std::uint16_t* bits);

/// The same numbers as factors: 0 where the bits are below `threshold`, else `scale`.
void fill_dropout_scales(std::uint64_t seed, std::uint64_t batch, std::uint32_t site, std::int64_t block,
                         std::uint16_t threshold, float scale, float* scales);

}  // namespace dragoman
