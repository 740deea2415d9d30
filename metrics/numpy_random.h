#pragma once

#include <cstdint>
#include <span>

namespace dragoman {

/// The random numbers of NumPy's `default_rng(seed)`, as far as sacreBLEU's significance tests draw them, so that the
/// same seed gives the same resamples: a SeedSequence seeds PCG64, whose 64 bits are handed out as two halves, the low
/// one first (O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
/// Number Generation"; the variant is XSL-RR 128/64).
class NumpyRandom {
 public:
  explicit NumpyRandom(std::uint64_t seed);

  /// Fills `out` with uniform integers in [0, bound), bound > 0: `choice(bound, size=len(out), replace=True)`, by
  /// Lemire's method on 32 bits.
  void integers(std::uint32_t bound, std::span<std::uint32_t> out);

  /// A stream of fair bits: `integers(2, size=…, dtype=bool)` is one stream, whatever its shape. `begin_bits` starts
  /// it; `bits` then fills `out` with its next `count` bits, eight a byte, the first in the lowest; what is left of
  /// the last byte is 0.
  void begin_bits() { bits_left_ = 0; }
  void bits(std::size_t count, std::span<std::uint8_t> out);

 private:
  using Wide = unsigned __int128;

  std::uint64_t next_64();
  std::uint32_t next_32();
  std::uint32_t next_bits(unsigned count);

  Wide state_ = 0;
  Wide increment_ = 0;
  std::uint32_t high_half_ = 0;  // of a number whose low half has been handed out
  bool has_high_half_ = false;
  std::uint32_t bit_source_ = 0;
  unsigned bits_left_ = 0;  // unused bits of bit_source_
};

}  // namespace dragoman
