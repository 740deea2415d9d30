#pragma once

#include <cstdint>

namespace dragoman {

/// Digits of a float among others: as many as its 24 bits are bytes.
inline constexpr int kDigits = 3;

/// Writes each row of x [rows, width] as whole numbers of three digits of base 256 and a power of two of its own:
/// x ≈ scale · (65536·a + 256·b + c), digits from −128 to 127. The largest number of a row has at least 22 bits behind
/// its first, so that nothing is off by more than 2⁻²³ of it, and what needs no more digits is exact. Digit k of a row
/// begins k · `depth` ≥ width bytes behind the row, the next row `stride` ≥ 3 · depth bytes behind it; what lies
/// between is left alone. A row of zeros has the scale 0, one with a number that is not finite the scale NaN. No row
/// depends on another.
void write_digits(const float* x, std::int64_t rows, std::int64_t width, std::int64_t depth, std::int8_t* digits,
                  std::int64_t stride, float* scales);

}  // namespace dragoman
