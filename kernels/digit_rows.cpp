#include "kernels/digit_rows.h"

#include "base/vectorised.h"

#include <algorithm>
#include <cmath>

namespace dragoman {
namespace {

// All digits at once are shifted to 0 to 255, which the bytes of a number are.
constexpr std::int32_t kShift = 0x808080;
// The largest number of three digits: 127, 127, 127.
constexpr float kLargest = 0x7F7F7F;
// Of a number of 24 bits with its sign, those behind it.
constexpr int kBits = 23;
// Smaller rows are written as though they were this large: 2 to its negative must be a float.
constexpr int kLeastExponent = -100;

struct Extent {
  float largest = 0;  // of the absolute values
  float odd = 0;      // NaN where a number is not finite
};

DRAGOMAN_INLINE Extent extent_of(const float* x, std::int64_t width) {
  float largest[kVectorLanes] = {}, odd[kVectorLanes] = {};
  std::int64_t i = 0;
  for (; i + kVectorLanes <= width; i += kVectorLanes) {
    for (std::int64_t lane = 0; lane < kVectorLanes; ++lane) {
      const float value = x[i + lane], size = value < 0 ? -value : value;
      largest[lane] = size > largest[lane] ? size : largest[lane];
      odd[lane] += value * 0.0F;
    }
  }
  Extent extent{largest_of_lanes(largest), sum_of_lanes(odd)};
  for (; i < width; ++i) extent = {std::max(extent.largest, std::abs(x[i])), extent.odd + x[i] * 0.0F};
  return extent;
}

// Of the last digit: the least power of two by which three digits hold the largest number.
int exponent_for(float largest) {
  int exponent = 0;
  std::frexp(largest, &exponent);
  exponent = std::max(exponent, kLeastExponent);
  return std::ldexp(largest, kBits - exponent) > kLargest ? exponent - kBits + 1 : exponent - kBits;
}

}  // namespace

DRAGOMAN_CLONES void write_digits(const float* x, std::int64_t rows, std::int64_t width, std::int64_t depth,
                                  std::int8_t* digits, std::int64_t stride, float* scales) {
  for (std::int64_t row = 0; row < rows; ++row, x += width, digits += stride) {
    const Extent extent = extent_of(x, width);
    const bool is_plain = extent.largest > 0 && !std::isnan(extent.odd);
    const int exponent = is_plain ? exponent_for(extent.largest) : 0;
    scales[row] = is_plain ? std::ldexp(1.0F, exponent) : extent.odd;
    const float inverse = is_plain ? std::ldexp(1.0F, -exponent) : 0.0F;
    std::int8_t* const high = digits;
    std::int8_t* const middle = digits + depth;
    std::int8_t* const low = digits + 2 * depth;
    for (std::int64_t i = 0; i < width; ++i) {
      const float number = is_plain ? x[i] * inverse : 0.0F;
      const std::int32_t shifted = static_cast<std::int32_t>(number + (number < 0 ? -0.5F : 0.5F)) + kShift;
      high[i] = static_cast<std::int8_t>((shifted >> 16) - 128);
      middle[i] = static_cast<std::int8_t>((shifted >> 8 & 255) - 128);
      low[i] = static_cast<std::int8_t>((shifted & 255) - 128);
    }
  }
}

}  // namespace dragoman
