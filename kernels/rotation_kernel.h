#pragma once

#include <cstdint>

namespace dragoman {

/// What rows are turned by: of each position the cosines and sines of `half` angles.
struct RotationTable {
  const float* cosines;
  const float* sines;
  std::int64_t half;
};

/// Turns each head's pairs of numbers (i, i + half) in place by the angles of the row's position. x: rows of `heads`
/// heads of 2 · half numbers, `stride` from row to row.
void turn_rows(float* x, std::int64_t stride, std::int64_t heads, const std::int64_t* positions, std::int64_t rows,
               const RotationTable& table);

}  // namespace dragoman
