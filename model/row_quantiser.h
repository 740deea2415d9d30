#pragma once

#include <cstdint>

namespace dragoman {

/// The byte that stands for 0.
inline constexpr int kQuantisedZero = 128;

/// Rounds each row of x [rows, width] to bytes by a scale of its own: x ≈ scale · (byte − 128), with the largest
/// absolute value at 127. A row of zeros has the scale 0. No row depends on another. The bytes of one row begin
/// `stride` ≥ width behind those of the row before; what lies between is left alone.
void quantise_rows(const float* x, std::int64_t rows, std::int64_t width, std::uint8_t* bytes, std::int64_t stride,
                   float* scales);

}  // namespace dragoman
