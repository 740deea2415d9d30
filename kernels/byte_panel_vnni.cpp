#include "kernels/byte_panel.h"
#include "kernels/byte_panel_results.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dragoman {

#if defined(__x86_64__)
namespace {

// Named members, in a recursion over the rows: g++ keeps arrays of sums in memory, where they cost half the speed.
struct RowSums {
  Ints16 a, b, c, d;
};
template <int kRows>
struct Sums {
  Sums<kRows - 1> before;
  RowSums last;
};
template <>
struct Sums<0> {};

template <int kRows>
[[gnu::always_inline]] DRAGOMAN_AVX512 inline void start(Sums<kRows>& sums, const RowSums& negated,
                                                         const std::int32_t* zeros) {
  if constexpr (kRows > 0) {
    start(sums.before, negated, zeros);
    const std::int32_t zero = zeros[kRows - 1];
    sums.last = {negated.a * zero, negated.b * zero, negated.c * zero, negated.d * zero};
  }
}

[[gnu::always_inline]] DRAGOMAN_AVX512 inline Ints16 add_products(Ints16 sum, Ints16 bytes, Ints16 weights) {
  return reinterpret_cast<Ints16>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum), reinterpret_cast<__m512i>(bytes),
                                                      reinterpret_cast<__m512i>(weights)));
}

template <int kRows>
[[gnu::always_inline]] DRAGOMAN_AVX512 inline void add(Sums<kRows>& sums, const std::uint8_t* x, std::int64_t stride,
                                                       const RowSums& weights) {
  if constexpr (kRows > 0) {
    add(sums.before, x, stride, weights);
    std::int32_t four;
    std::memcpy(&four, x + (kRows - 1) * stride, sizeof four);
    const auto bytes = reinterpret_cast<Ints16>(_mm512_set1_epi32(four));
    sums.last.a = add_products(sums.last.a, bytes, weights.a);
    sums.last.b = add_products(sums.last.b, bytes, weights.b);
    sums.last.c = add_products(sums.last.c, bytes, weights.c);
    sums.last.d = add_products(sums.last.d, bytes, weights.d);
  }
}

template <int kRows>
[[gnu::always_inline]] DRAGOMAN_AVX512 inline void store(const Sums<kRows>& sums, Ints16 RowSums::*part,
                                                         const ResultColumns& columns, const float* row_scales) {
  if constexpr (kRows > 0) {
    store(sums.before, part, columns, row_scales);
    columns.store(sums.last.*part, row_scales[kRows - 1], kRows - 1);
  }
}

[[gnu::always_inline]] DRAGOMAN_AVX512 inline RowSums load(const void* from) {
  const auto* vectors = static_cast<const Ints16*>(from);
  return {vectors[0], vectors[1], vectors[2], vectors[3]};
}

// `ahead`: a quarter of a panel to bring into the cache meanwhile.
template <int kRows>
DRAGOMAN_AVX512 void multiply(const ByteRows& x, const BytePanel& panel, const std::int8_t* ahead,
                              const PanelResults& results) {
  Sums<kRows> sums;
  start(sums, load(panel.negated_sums), x.zeros);
  const std::int8_t* weights = panel.weights;
  const std::uint8_t* bytes = x.bytes;
  for (std::int64_t i = 0; i < panel.depth; i += 4, weights += 4 * kPanelColumns, bytes += 4, ahead += kPanelColumns) {
    __builtin_prefetch(ahead);
    add(sums, bytes, x.stride, load(weights));
  }
  constexpr Ints16 RowSums::*kParts[] = {&RowSums::a, &RowSums::b, &RowSums::c, &RowSums::d};
  for (std::int64_t i = 0; i < 4 && 16 * i < panel.columns; ++i)
    store(sums, kParts[i], ResultColumns(panel, results, 16 * i), x.scales);
}

// 24 sums, 4 vectors of weights and one of x fill the 32 registers.
constexpr std::int64_t kMostRows = 6;

}  // namespace

bool has_byte_products() {
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
}

void multiply_by_byte_products(const ByteRows& x, const BytePanel& panel, const std::int8_t* ahead,
                               const PanelResults& results) {
  constexpr decltype(&multiply<1>) kKernels[] = {multiply<1>, multiply<2>, multiply<3>,
                                                 multiply<4>, multiply<5>, multiply<6>};
  const std::int64_t quarter = panel.depth * kPanelColumns / 4;
  for (std::int64_t row = 0; row < x.count; row += kMostRows, ahead += quarter) {
    const std::int64_t count = std::min(kMostRows, x.count - row), at = row * results.stride;
    kKernels[count - 1](
        {x.bytes + row * x.stride, x.stride, x.scales + row, x.zeros + row, count}, panel,
        row < 4 * kMostRows ? ahead : panel.weights,
        {results.residual ? results.residual + at : nullptr, results.y + at, results.stride, results.relu});
  }
}

#else

bool has_byte_products() {
  return false;
}

void multiply_by_byte_products(const ByteRows&, const BytePanel&, const std::int8_t*, const PanelResults&) {}

#endif

}  // namespace dragoman
