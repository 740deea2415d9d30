#include "kernels/float_panel.h"

#include "base/rounding.h"
#include "base/vectorised.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dragoman {

#if defined(__x86_64__)
#define DRAGOMAN_AVX512F __attribute__((target("avx512f")))
namespace {

// As those of byte products: named members, since g++ keeps arrays of sums in memory.
struct RowSums {
  Floats16 a, b;
};
template <int kRows>
struct Sums {
  Sums<kRows - 1> before;
  RowSums last;
};
template <>
struct Sums<0> {};

template <int kRows>
[[gnu::always_inline]] DRAGOMAN_AVX512F inline void start(Sums<kRows>& sums, const RowSums& biases) {
  if constexpr (kRows > 0) {
    start(sums.before, biases);
    sums.last = biases;
  }
}

[[gnu::always_inline]] DRAGOMAN_AVX512F inline Floats16 add_products(const Floats16& sum, const Floats16& x,
                                                                     const Floats16& weights) {
  return reinterpret_cast<Floats16>(
      _mm512_fmadd_ps(reinterpret_cast<__m512>(x), reinterpret_cast<__m512>(weights), reinterpret_cast<__m512>(sum)));
}

template <int kRows>
[[gnu::always_inline]] DRAGOMAN_AVX512F inline void add(Sums<kRows>& sums, const float* x, std::int64_t stride,
                                                        const RowSums& weights) {
  if constexpr (kRows > 0) {
    add(sums.before, x, stride, weights);
    const auto value = reinterpret_cast<Floats16>(_mm512_set1_ps(x[(kRows - 1) * stride]));
    sums.last.a = add_products(sums.last.a, value, weights.a);
    sums.last.b = add_products(sums.last.b, value, weights.b);
  }
}

// What becomes of 16 columns, row by row.
struct Columns {
  float* y;
  const float* residual;
  std::int64_t stride;
  __mmask16 present;
  Floats16 least;

  [[gnu::always_inline]] DRAGOMAN_AVX512F inline void store(const Floats16& sums, std::int64_t row) const {
    Floats16 result = sums < least ? least : sums;
    if (residual) result += reinterpret_cast<Floats16>(_mm512_maskz_loadu_ps(present, residual + row * stride));
    _mm512_mask_storeu_ps(y + row * stride, present, reinterpret_cast<__m512>(result));
  }
};

template <int kRows>
[[gnu::always_inline]] DRAGOMAN_AVX512F inline void store(const Sums<kRows>& sums, Floats16 RowSums::*part,
                                                          const Columns& columns) {
  if constexpr (kRows > 0) {
    store(sums.before, part, columns);
    columns.store(sums.last.*part, kRows - 1);
  }
}

[[gnu::always_inline]] DRAGOMAN_AVX512F inline RowSums load(const float* from) {
  return {reinterpret_cast<Floats16>(_mm512_loadu_ps(from)), reinterpret_cast<Floats16>(_mm512_loadu_ps(from + 16))};
}

[[gnu::always_inline]] DRAGOMAN_AVX512F inline Columns columns_of(const FloatPanel& panel, const PanelResults& results,
                                                                  std::int64_t first) {
  const std::int64_t count = std::min<std::int64_t>(panel.columns - first, 16);
  return {results.y + first, results.residual ? results.residual + first : nullptr, results.stride,
          static_cast<__mmask16>((1U << count) - 1),
          Floats16{} + (results.relu ? 0.0F : -std::numeric_limits<float>::infinity())};
}

// `ahead`: half of a panel to bring into the cache meanwhile.
template <int kRows>
DRAGOMAN_AVX512F void multiply(const float* x, std::int64_t stride, const FloatPanel& panel, const float* ahead,
                               const PanelResults& results) {
  Sums<kRows> sums;
  start(sums, load(panel.biases));
  const float* weights = panel.weights;
  for (std::int64_t i = 0; i < panel.depth; ++i, weights += kFloatPanelColumns, ahead += kFloatPanelColumns / 2) {
    __builtin_prefetch(ahead);
    add(sums, x + i, stride, load(weights));
  }
  store(sums, &RowSums::a, columns_of(panel, results, 0));
  if (panel.columns > 16) store(sums, &RowSums::b, columns_of(panel, results, 16));
}

// 24 sums, two vectors of weights and one of x, of 32 registers.
constexpr std::int64_t kMostRows = 12;

template <int... kCounts>
constexpr auto kernels_of(std::integer_sequence<int, kCounts...>) {
  return std::array{multiply<kCounts + 1>...};
}

}  // namespace

bool has_float_panels() {
  return __builtin_cpu_supports("avx512f");
}

void multiply_float_panel(const FloatRows& x, const FloatPanel& panel, const float* ahead,
                          const PanelResults& results) {
  static constexpr auto kKernels = kernels_of(std::make_integer_sequence<int, kMostRows>());
  const std::int64_t blocks = divided_up(x.count, kMostRows), half = panel.depth * kFloatPanelColumns / 2;
  std::int64_t row = 0;
  for (std::int64_t block = 0; block < blocks; ++block) {
    // Of like size, so that none is left with a few rows, which take as long as many.
    const std::int64_t count = divided_up(x.count - row, blocks - block), at = row * results.stride;
    kKernels[static_cast<std::size_t>(count - 1)](
        x.values + row * x.stride, x.stride, panel, block < 2 ? ahead + block * half : panel.weights,
        {results.residual ? results.residual + at : nullptr, results.y + at, results.stride, results.relu});
    row += count;
  }
}

#else

bool has_float_panels() {
  return false;
}

void multiply_float_panel(const FloatRows&, const FloatPanel&, const float*, const PanelResults&) {}

#endif

}  // namespace dragoman
