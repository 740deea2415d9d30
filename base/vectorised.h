#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

/// For short loops of ours where LibTorch has no operator: DRAGOMAN_CLONES before a function compiles it for several
/// instruction sets, of which the loader chooses the best that the processor has; what the function calls must be
/// DRAGOMAN_INLINE to be compiled along with it. The sets are levels (v3: AVX2, v4: AVX-512), not processors by name,
/// which would leave every other processor with the default. Sanitizers cannot run before the choice is made.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define DRAGOMAN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DRAGOMAN_CLONES
#endif
#define DRAGOMAN_INLINE [[gnu::always_inline]] inline

namespace dragoman {

/// The set that the loader chooses here, as DRAGOMAN_CLONES names them.
inline const char* vector_level() {
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
  if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
#endif
  return "default";
}

/// Independent lanes of such a loop: two AVX-512 registers of floats. With 16, g++ unrolls the loop over the lanes
/// before it looks for vectors, and finds none.
inline constexpr int kVectorLanes = 32;

/// Vectors by name, for where g++ makes scalar code of a loop over lanes: one around another, or a reduction. They are
/// passed by reference, since how a function takes them depends on the instruction set.
using Floats4 [[gnu::vector_size(16)]] = float;
using Floats8 [[gnu::vector_size(32)]] = float;
using Floats16 [[gnu::vector_size(64)]] = float;

DRAGOMAN_INLINE void load(const float* from, Floats16& to) {
  std::memcpy(&to, from, sizeof to);
}

DRAGOMAN_INLINE float sum_of(const Floats16& x) {
  const Floats8 of8 = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  const Floats4 of4 = __builtin_shufflevector(of8, of8, 0, 1, 2, 3) + __builtin_shufflevector(of8, of8, 4, 5, 6, 7);
  return (of4[0] + of4[2]) + (of4[1] + of4[3]);
}

/// The largest that is not NaN.
DRAGOMAN_INLINE float largest_of(const Floats16& x) {
  const Floats8 low = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7),
                high = __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15), of8 = high > low ? high : low;
  const Floats4 lower = __builtin_shufflevector(of8, of8, 0, 1, 2, 3),
                upper = __builtin_shufflevector(of8, of8, 4, 5, 6, 7), of4 = upper > lower ? upper : lower;
  const float a = of4[2] > of4[0] ? of4[2] : of4[0], b = of4[3] > of4[1] ? of4[3] : of4[1];
  return b > a ? b : a;
}

/// The same of kVectorLanes numbers.
DRAGOMAN_INLINE float sum_of_lanes(const float* lanes) {
  Floats16 low, high;
  load(lanes, low);
  load(lanes + 16, high);
  return sum_of(low + high);
}

DRAGOMAN_INLINE float largest_of_lanes(const float* lanes) {
  Floats16 low, high;
  load(lanes, low);
  load(lanes + 16, high);
  const Floats16 larger = high > low ? high : low;
  return largest_of(larger);
}

/// e^x for x ≤ 0 in a form that the compiler turns into vector instructions: x = n·ln 2 + r with |r| ≤ ln 2 / 2, e^r by
/// its Taylor series (error under 1e-8 at degree 7), times 2^n through the exponent bits. Below -87 it is e^-87; NaN
/// stays NaN.
DRAGOMAN_INLINE float exp_of_negative(float x) {
  constexpr float kLog2E = 1.44269504F;
  constexpr float kLn2High = 0.693359375F;  // few bits, so that n·kLn2High is exact
  constexpr float kLn2Low = -2.12194440e-4F;
  constexpr float kRound = 12582912.0F;  // 1.5·2^23: adding it leaves the nearest integer in the low bits
  x = x < -87.0F ? -87.0F : x;
  const float shifted = x * kLog2E + kRound;
  const float n = shifted - kRound;
  const float r = (x - n * kLn2High) - n * kLn2Low;
  float series = 1.0F / 5040.0F;
  series = series * r + 1.0F / 720.0F;
  series = series * r + 1.0F / 120.0F;
  series = series * r + 1.0F / 24.0F;
  series = series * r + 1.0F / 6.0F;
  series = series * r + 0.5F;
  series = series * r + 1.0F;
  series = series * r + 1.0F;
  const std::int32_t exponent = std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kRound) + 127;
  return series * std::bit_cast<float>(exponent << 23);
}

}  // namespace dragoman
