#pragma once

#include <cstdint>

namespace dragoman {

/// Rows of a layer normalisation.
struct NormRows {
  const float* x;           ///< [rows, D]
  const float* weight;      ///< [D]
  std::int64_t width;       ///< D
  float *means, *inverses;  ///< [rows]: of each row its mean and 1 / √(variance + ε)
};

/// Rows [begin, end): to = (x - mean) / √(variance + ε) · weight + bias, in float32 or rounded to bfloat16, whose bits
/// it writes. Means and inverses are written, too.
void normalise_rows(const NormRows& rows, const float* bias, float epsilon, std::int64_t begin, std::int64_t end,
                    float* to);
void normalise_rows(const NormRows& rows, const float* bias, float epsilon, std::int64_t begin, std::int64_t end,
                    std::uint16_t* to);

/// From the gradient of rows [begin, end) to those of x, which it writes, and of weight and bias, to which it adds.
/// beside: null, or what else is added to the gradient of x, [rows, D]; scratch: room for 2 · D floats.
void normalise_rows_backward(const NormRows& rows, const float* gradient, const float* beside, std::int64_t begin,
                             std::int64_t end, float* of_x, float* of_weight, float* of_bias, float* scratch);
void normalise_rows_backward(const NormRows& rows, const std::uint16_t* gradient, const float* beside,
                             std::int64_t begin, std::int64_t end, float* of_x, float* of_weight, float* of_bias,
                             float* scratch);

}  // namespace dragoman
