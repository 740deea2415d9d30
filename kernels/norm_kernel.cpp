#include "kernels/norm_kernel.h"

#include "base/bfloat16.h"
#include "base/vectorised.h"

#include <cmath>

namespace dragoman {
namespace {

DRAGOMAN_INLINE float sum_of_row(const float* x, std::int64_t count) {
  Floats16 sums{}, next;
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    load(x + i, next);
    sums += next;
  }
  float sum = sum_of(sums);
  for (; i < count; ++i) sum += x[i];
  return sum;
}

// Σ (x - mean)²
DRAGOMAN_INLINE float squares_of_row(const float* x, std::int64_t count, float mean) {
  Floats16 sums{}, next;
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    load(x + i, next);
    next -= mean;
    sums += next * next;
  }
  float sum = sum_of(sums);
  for (; i < count; ++i) sum += (x[i] - mean) * (x[i] - mean);
  return sum;
}

DRAGOMAN_INLINE float sum_of_products(const float* x, const float* y, std::int64_t count) {
  Floats16 sums{}, of_x, of_y;
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    load(x + i, of_x);
    load(y + i, of_y);
    sums += of_x * of_y;
  }
  float sum = sum_of(sums);
  for (; i < count; ++i) sum += x[i] * y[i];
  return sum;
}

template <typename Element>
DRAGOMAN_INLINE void forward(const NormRows& rows, const float* bias, float epsilon, std::int64_t begin,
                             std::int64_t end, Element* to) {
  const std::int64_t width = rows.width;
  for (std::int64_t row = begin; row < end; ++row) {
    const float* x = rows.x + row * width;
    Element* out = to + row * width;
    const float mean = sum_of_row(x, width) / static_cast<float>(width);
    const float inverse = 1.0F / std::sqrt(squares_of_row(x, width, mean) / static_cast<float>(width) + epsilon);
    for (std::int64_t i = 0; i < width; ++i) narrow((x[i] - mean) * inverse * rows.weight[i] + bias[i], out[i]);
    rows.means[row] = mean;
    rows.inverses[row] = inverse;
  }
}

template <typename Element>
DRAGOMAN_INLINE void backward(const NormRows& rows, const Element* gradient, const float* beside, std::int64_t begin,
                              std::int64_t end, float* of_x, float* __restrict of_weight, float* __restrict of_bias,
                              float* __restrict scratch) {
  const std::int64_t width = rows.width;
  float *normal = scratch, *weighted = scratch + width;
  for (std::int64_t row = begin; row < end; ++row) {
    const float *x = rows.x + row * width, mean = rows.means[row], inverse = rows.inverses[row];
    const Element* of_out = gradient + row * width;
    for (std::int64_t i = 0; i < width; ++i) {
      const float of_one = widened(of_out[i]);
      normal[i] = (x[i] - mean) * inverse;
      weighted[i] = of_one * rows.weight[i];
      of_weight[i] += of_one * normal[i];
      of_bias[i] += of_one;
    }
    const float shift = sum_of_row(weighted, width) / static_cast<float>(width);
    const float slope = sum_of_products(weighted, normal, width) / static_cast<float>(width);
    float* to = of_x + row * width;
    for (std::int64_t i = 0; i < width; ++i) to[i] = inverse * (weighted[i] - shift - normal[i] * slope);
    if (!beside) continue;
    const float* also = beside + row * width;
    for (std::int64_t i = 0; i < width; ++i) to[i] += also[i];
  }
}

}  // namespace

DRAGOMAN_CLONES void normalise_rows(const NormRows& rows, const float* bias, float epsilon, std::int64_t begin,
                                    std::int64_t end, float* to) {
  forward(rows, bias, epsilon, begin, end, to);
}

DRAGOMAN_CLONES void normalise_rows(const NormRows& rows, const float* bias, float epsilon, std::int64_t begin,
                                    std::int64_t end, std::uint16_t* to) {
  forward(rows, bias, epsilon, begin, end, to);
}

DRAGOMAN_CLONES void normalise_rows_backward(const NormRows& rows, const float* gradient, const float* beside,
                                             std::int64_t begin, std::int64_t end, float* of_x, float* of_weight,
                                             float* of_bias, float* scratch) {
  backward(rows, gradient, beside, begin, end, of_x, of_weight, of_bias, scratch);
}

DRAGOMAN_CLONES void normalise_rows_backward(const NormRows& rows, const std::uint16_t* gradient, const float* beside,
                                             std::int64_t begin, std::int64_t end, float* of_x, float* of_weight,
                                             float* of_bias, float* scratch) {
  backward(rows, gradient, beside, begin, end, of_x, of_weight, of_bias, scratch);
}

}  // namespace dragoman
