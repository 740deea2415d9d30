#pragma once

#include <bit>
#include <cstdint>

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

/// Independent lanes of such a loop: two AVX-512 registers of floats. With 16, g++ unrolls the loop over the lanes
/// before it looks for vectors, and finds none.
inline constexpr int kVectorLanes = 32;

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
