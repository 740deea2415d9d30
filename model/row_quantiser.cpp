#include "model/row_quantiser.h"

#include "base/vectorised.h"

#include <algorithm>
#include <cmath>

namespace dragoman {
namespace {

constexpr float kLargest = 127.0F;

DRAGOMAN_INLINE float largest_absolute(const float* x, std::int64_t width) {
  float lanes[kVectorLanes] = {};
  std::int64_t i = 0;
  for (; i + kVectorLanes <= width; i += kVectorLanes) {
    for (std::int64_t lane = 0; lane < kVectorLanes; ++lane) {
      const float value = std::fabs(x[i + lane]);
      lanes[lane] = value > lanes[lane] ? value : lanes[lane];
    }
  }
  float largest = largest_of_lanes(lanes);
  for (; i < width; ++i) largest = std::max(largest, std::fabs(x[i]));
  return largest;
}

}  // namespace

DRAGOMAN_CLONES void quantise_rows(const float* x, std::int64_t rows, std::int64_t width, std::uint8_t* bytes,
                                   std::int64_t stride, float* scales) {
  for (std::int64_t row = 0; row < rows; ++row, x += width, bytes += stride) {
    const float largest = largest_absolute(x, width);
    scales[row] = largest / kLargest;
    const float inverse = largest > 0 ? kLargest / largest : 0.0F;
    // All values are positive here, so that cutting off rounds to the nearest.
    for (std::int64_t i = 0; i < width; ++i)
      bytes[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(x[i] * inverse + (kQuantisedZero + 0.5F)));
  }
}

}  // namespace dragoman
