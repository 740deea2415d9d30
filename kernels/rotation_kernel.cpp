#include "kernels/rotation_kernel.h"

#include "base/vectorised.h"

namespace dragoman {

DRAGOMAN_CLONES void turn_rows(float* x, std::int64_t stride, std::int64_t heads, const std::int64_t* positions,
                               std::int64_t rows, const RotationTable& table) {
  const std::int64_t half = table.half;
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* __restrict cosines = table.cosines + positions[row] * half;
    const float* __restrict sines = table.sines + positions[row] * half;
    for (std::int64_t head = 0; head < heads; ++head) {
      float* __restrict low = x + row * stride + head * 2 * half;
      float* __restrict high = low + half;
      for (std::int64_t i = 0; i < half; ++i) {
        const float a = low[i], b = high[i];
        low[i] = a * cosines[i] - b * sines[i];
        high[i] = b * cosines[i] + a * sines[i];
      }
    }
  }
}

}  // namespace dragoman
