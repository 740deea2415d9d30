#pragma once

#include "base/vectorised.h"

#include <bit>
#include <cstdint>

namespace dragoman {

/// For loops of ours that read and write bfloat16, given by its bits, or float32: elements as floats, and back.
DRAGOMAN_INLINE float widened(float x) {
  return x;
}

DRAGOMAN_INLINE float widened(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

DRAGOMAN_INLINE void narrow(float x, float& to) {
  to = x;
}

/// To the nearest, of two that are equally near to the even one; NaN stays NaN.
DRAGOMAN_INLINE void narrow(float x, std::uint16_t& to) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t rounded = (bits + 0x7fffU + (bits >> 16 & 1U)) >> 16;
  to = static_cast<std::uint16_t>((bits & 0x7fffffffU) > 0x7f800000U ? 0x7fc0U : rounded);
}

}  // namespace dragoman
