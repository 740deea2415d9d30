#include "kernels/small_product.h"

#include "base/vectorised.h"

namespace dragoman {
namespace {

// Sums that one tile keeps in registers: enough that none waits for the one before it.
constexpr int kTileVectors = 8;

struct Factors {
  StridedMatrix a;
  const float* b;
  std::int64_t b_row;
  float* c;
  std::int64_t c_row, k;
  bool add;
};

template <int kRows, int kVectors>
DRAGOMAN_INLINE void tile(const Factors& factors, std::int64_t i, std::int64_t j) {
  Floats16 sums[kRows][kVectors] = {};
  float* c = factors.c + i * factors.c_row + j;
  if (factors.add) {
    for (int r = 0; r < kRows; ++r) {
      for (int v = 0; v < kVectors; ++v) load(c + r * factors.c_row + 16 * v, sums[r][v]);
    }
  }
  const float* a = factors.a.first + i * factors.a.row;
  const float* b = factors.b + j;
  for (std::int64_t step = 0; step < factors.k; ++step) {
    Floats16 of_b[kVectors];
    for (int v = 0; v < kVectors; ++v) load(b + 16 * v, of_b[v]);
    for (int r = 0; r < kRows; ++r) {
      for (int v = 0; v < kVectors; ++v) sums[r][v] += a[r * factors.a.row] * of_b[v];
    }
    a += factors.a.column;
    b += factors.b_row;
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v) std::memcpy(c + r * factors.c_row + 16 * v, &sums[r][v], sizeof sums[r][v]);
  }
}

// The last rows, of which there are fewer than a tile has.
template <int kRows, int kVectors>
DRAGOMAN_INLINE void last_tile(const Factors& factors, std::int64_t i, std::int64_t j, std::int64_t rows) {
  if (rows == kRows) return tile<kRows, kVectors>(factors, i, j);
  if constexpr (kRows > 1) last_tile<kRows - 1, kVectors>(factors, i, j, rows);
}

template <int kVectors>
DRAGOMAN_INLINE void strip(const Factors& factors, std::int64_t j, std::int64_t m) {
  constexpr int kRows = kTileVectors / kVectors;
  std::int64_t i = 0;
  for (; i + kRows <= m; i += kRows) tile<kRows, kVectors>(factors, i, j);
  if (i < m) last_tile<kRows - 1, kVectors>(factors, i, j, m - i);
}

// 16 x 16: rows i and i + 8 are interleaved, four times over.
DRAGOMAN_INLINE void transpose_block(const float* from, std::int64_t from_row, float* to, std::int64_t to_row) {
  Floats16 rows[2][16];
  for (int i = 0; i < 16; ++i) load(from + i * from_row, rows[0][i]);
  for (int round = 0; round < 4; ++round) {
    const Floats16* before = rows[round % 2];
    Floats16* after = rows[(round + 1) % 2];
    for (int i = 0; i < 8; ++i) {
      after[2 * i] =
          __builtin_shufflevector(before[i], before[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      after[2 * i + 1] = __builtin_shufflevector(before[i], before[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29,
                                                 14, 30, 15, 31);
    }
  }
  for (int i = 0; i < 16; ++i) std::memcpy(to + i * to_row, &rows[0][i], sizeof rows[0][i]);
}

}  // namespace

DRAGOMAN_CLONES void small_product(const StridedMatrix& a, const float* b, std::int64_t b_row, float* c,
                                   std::int64_t c_row, std::int64_t m, std::int64_t n, std::int64_t k, bool add) {
  const Factors factors{a, b, b_row, c, c_row, k, add};
  std::int64_t j = 0;
  for (; j + 32 <= n; j += 32) strip<2>(factors, j, m);
  if (j < n) strip<1>(factors, j, m);
}

DRAGOMAN_CLONES void transpose(const float* from, std::int64_t from_row, float* to, std::int64_t to_row,
                               std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; i += 16) {
    for (std::int64_t j = 0; j < columns; j += 16)
      transpose_block(from + i * from_row + j, from_row, to + j * to_row + i, to_row);
  }
}

}  // namespace dragoman
