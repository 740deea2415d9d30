#pragma once

#include <cstdint>

namespace dragoman {

/// A matrix of floats whose element (i, j) is first[i · row + j · column].
struct StridedMatrix {
  const float* first;
  std::int64_t row, column;
};

/// c = a · b, or c += a · b, for matrices so small that a library's call would take longer than the product.
/// a: [m, k]; b: [k, n] with `b_row` numbers from row to row; c: [m, n] with `c_row`. n: a multiple of 16.
/// Each element is a sum over k in order, whatever m and n are.
void small_product(const StridedMatrix& a, const float* b, std::int64_t b_row, float* c, std::int64_t c_row,
                   std::int64_t m, std::int64_t n, std::int64_t k, bool add);

/// to[j · to_row + i] = from[i · from_row + j] for i < rows and j < columns; both multiples of 16.
void transpose(const float* from, std::int64_t from_row, float* to, std::int64_t to_row, std::int64_t rows,
               std::int64_t columns);

}  // namespace dragoman
