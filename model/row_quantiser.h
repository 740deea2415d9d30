#pragma once

#include <cstdint>

namespace dragoman {

/// The byte that stands for 0.
inline constexpr int kQuantisedZero = 128;

/// Rounds each row of x [rows, width] to bytes by a scale of its own: x ≈ scale · (byte − 128), with the largest
/// absolute value at 127. A row of zeros has the scale 0. No row depends on another.
void quantise_rows(const float* x, std::int64_t rows, std::int64_t width, std::uint8_t* bytes, float* scales);

/// y · scale + bias for each row of y [rows, width]; bias [width] may be null.
void scale_rows(float* y, std::int64_t rows, std::int64_t width, const float* scales, const float* bias);

}  // namespace dragoman
