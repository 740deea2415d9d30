#pragma once

#include <cstdint>

namespace dragoman {

/// Rounds each row of x [rows, width] to bytes by a scale and a zero of its own: x ≈ scale · (byte − zero), over the
/// range from the row's least to its largest value, 0 included, which is a byte exactly. A row of zeros has the scale
/// 0, one with a number that is not finite the scale NaN. No row depends on another. The bytes of one row begin
/// `stride` ≥ width behind those of the row before; what lies between is left alone. Behind a ReLU, a zero of its own
/// halves a row's rounding errors.
void quantise_rows(const float* x, std::int64_t rows, std::int64_t width, std::uint8_t* bytes, std::int64_t stride,
                   float* scales, std::int32_t* zeros);

}  // namespace dragoman
