#include "kernels/row_quantiser.h"

#include "base/vectorised.h"

#include <algorithm>
#include <cmath>

namespace dragoman {
namespace {

// Of the range of the bytes.
constexpr float kSteps = 255.0F;

struct Range {
  float least = 0;    ///< at most 0
  float largest = 0;  ///< at least 0
  float odd = 0;      ///< NaN where a number is not finite
};

DRAGOMAN_INLINE Range range_of(const float* x, std::int64_t width) {
  float low[kVectorLanes] = {}, high[kVectorLanes] = {}, odd[kVectorLanes] = {};
  std::int64_t i = 0;
  for (; i + kVectorLanes <= width; i += kVectorLanes) {
    for (std::int64_t lane = 0; lane < kVectorLanes; ++lane) {
      const float value = x[i + lane];
      high[lane] = value > high[lane] ? value : high[lane];
      low[lane] = -value > low[lane] ? -value : low[lane];
      odd[lane] += value * 0.0F;
    }
  }
  Range range{-largest_of_lanes(low), largest_of_lanes(high), sum_of_lanes(odd)};
  for (; i < width; ++i) range = {std::min(range.least, x[i]), std::max(range.largest, x[i]), range.odd + x[i] * 0.0F};
  return range;
}

}  // namespace

DRAGOMAN_CLONES void quantise_rows(const float* x, std::int64_t rows, std::int64_t width, std::uint8_t* bytes,
                                   std::int64_t stride, float* scales, std::int32_t* zeros) {
  for (std::int64_t row = 0; row < rows; ++row, x += width, bytes += stride) {
    const Range range = range_of(x, width);
    if (std::isnan(range.odd)) {
      scales[row] = range.odd;
      zeros[row] = 0;
      std::fill(bytes, bytes + width, std::uint8_t{0});
      continue;
    }
    const float span = range.largest - range.least;
    scales[row] = span / kSteps;
    const float inverse = span > 0 ? kSteps / span : 0.0F;
    const auto zero = static_cast<std::int32_t>(0.5F - range.least * inverse);
    zeros[row] = zero;
    // All values are positive here, so that cutting off rounds to the nearest.
    const float offset = static_cast<float>(zero) + 0.5F;
    for (std::int64_t i = 0; i < width; ++i) {
      const auto step = static_cast<std::int32_t>(x[i] * inverse + offset);
      bytes[i] = static_cast<std::uint8_t>(step < 0 ? 0 : step > 255 ? 255 : step);
    }
  }
}

}  // namespace dragoman
