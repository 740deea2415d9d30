#include "model/layers/byte_product.h"

#include "kernels/row_quantiser.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dragoman {
namespace {

constexpr std::int64_t kPanel = 64;
// Of that many rows of x the bytes stay in the second-level cache while all panels pass by.
constexpr std::int64_t kRowBlock = 192;

// One panel with what belongs to it.
struct Panel {
  const std::int8_t* weights;
  std::int64_t depth;  // groups of 4 bytes
  const std::int32_t* negated_sums;
  const float* scales;
  const float* biases;
  std::int64_t columns;  // of the panel's 64, those that are in the matrix
};

// Where the results of one panel go.
struct Place {
  const float* row_scales;
  const std::int32_t* zeros;
  const float* residual;
  float* y;
  std::int64_t stride;
  bool relu;
};

#if defined(__x86_64__)
#define DRAGOMAN_VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

// Named members, in a recursion over the rows: g++ keeps arrays of sums in memory, where they cost half the speed.
using Ints16 [[gnu::vector_size(64)]] = std::int32_t;
using Floats16 [[gnu::vector_size(64)]] = float;
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
[[gnu::always_inline]] DRAGOMAN_VNNI inline void start(Sums<kRows>& sums, const RowSums& negated,
                                                       const std::int32_t* zeros) {
  if constexpr (kRows > 0) {
    start(sums.before, negated, zeros);
    const std::int32_t zero = zeros[kRows - 1];
    sums.last = {negated.a * zero, negated.b * zero, negated.c * zero, negated.d * zero};
  }
}

[[gnu::always_inline]] DRAGOMAN_VNNI inline Ints16 add_products(Ints16 sum, Ints16 bytes, Ints16 weights) {
  return reinterpret_cast<Ints16>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum), reinterpret_cast<__m512i>(bytes),
                                                      reinterpret_cast<__m512i>(weights)));
}

template <int kRows>
[[gnu::always_inline]] DRAGOMAN_VNNI inline void add(Sums<kRows>& sums, const std::uint8_t* x, std::int64_t stride,
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

// 16 results; residual: 16 numbers or null.
[[gnu::always_inline]] DRAGOMAN_VNNI inline void finish(Ints16 sums, const float* scales, const float* biases,
                                                        float row_scale, bool relu, const float* residual, float* to) {
  Floats16 of_columns, added, y = __builtin_convertvector(sums, Floats16);
  std::memcpy(&of_columns, scales, sizeof of_columns);
  std::memcpy(&added, biases, sizeof added);
  y = y * of_columns * row_scale + added;
  if (relu) y = y < 0.0F ? Floats16{} : y;
  if (residual) {
    std::memcpy(&added, residual, sizeof added);
    y += added;
  }
  std::memcpy(to, &y, sizeof y);
}

[[gnu::always_inline]] DRAGOMAN_VNNI inline void store(Ints16 sums, const Panel& panel, const Place& place,
                                                       std::int64_t row, std::int64_t column) {
  const float* scales = panel.scales + column;
  const float* biases = panel.biases + column;
  const float row_scale = place.row_scales[row];
  const std::int64_t at = row * place.stride + column;
  const float* residual = place.residual ? place.residual + at : nullptr;
  if (column + 16 <= panel.columns) {
    finish(sums, scales, biases, row_scale, place.relu, residual, place.y + at);
  } else if (column < panel.columns) {
    const auto size = static_cast<std::size_t>(panel.columns - column);
    float some[16] = {};
    if (residual) std::copy_n(residual, size, some);
    finish(sums, scales, biases, row_scale, place.relu, some, some);
    std::copy_n(some, size, place.y + at);
  }
}

template <int kRows>
[[gnu::always_inline]] DRAGOMAN_VNNI inline void store(const Sums<kRows>& sums, const Panel& panel,
                                                       const Place& place) {
  if constexpr (kRows > 0) {
    store(sums.before, panel, place);
    store(sums.last.a, panel, place, kRows - 1, 0);
    store(sums.last.b, panel, place, kRows - 1, 16);
    store(sums.last.c, panel, place, kRows - 1, 32);
    store(sums.last.d, panel, place, kRows - 1, 48);
  }
}

[[gnu::always_inline]] DRAGOMAN_VNNI inline RowSums load(const void* from) {
  const auto* vectors = static_cast<const Ints16*>(from);
  return {vectors[0], vectors[1], vectors[2], vectors[3]};
}

template <int kRows>
DRAGOMAN_VNNI void multiply(const std::uint8_t* x, std::int64_t stride, const Panel& panel, const std::int8_t* ahead,
                            const Place& place) {
  Sums<kRows> sums;
  start(sums, load(panel.negated_sums), place.zeros);
  const std::int8_t* weights = panel.weights;
  for (std::int64_t i = 0; i < panel.depth; ++i, weights += 4 * kPanel, x += 4, ahead += kPanel) {
    __builtin_prefetch(ahead);
    add(sums, x, stride, load(weights));
  }
  store(sums, panel, place);
}

// 24 sums, 4 vectors of weights and one of x fill the 32 registers.
constexpr std::int64_t kMostRows = 6;

// `ahead`: a quarter of a panel to bring into the cache meanwhile.
void multiply(std::int64_t rows, const std::uint8_t* x, std::int64_t stride, const Panel& panel,
              const std::int8_t* ahead, const Place& place) {
  constexpr decltype(&multiply<1>) kKernels[] = {multiply<1>, multiply<2>, multiply<3>,
                                                 multiply<4>, multiply<5>, multiply<6>};
  kKernels[rows - 1](x, stride, panel, ahead, place);
}
#endif

std::int64_t panels_for(std::int64_t rows) {
  return (rows + kPanel - 1) / kPanel;
}

// matrix: [rows, in] int8, contiguous
void lay_out(const std::int8_t* matrix, std::int64_t rows, std::int64_t in, std::int8_t* panel,
             std::int32_t* negated_sums) {
  for (std::int64_t row = 0; row < rows; ++row, matrix += in) {
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < in; ++i) sum += matrix[i];
    negated_sums[row] = -sum;
    std::int8_t* to = panel + 4 * row;
    std::int64_t i = 0;
    for (; i + 4 <= in; i += 4, to += 4 * kPanel) std::memcpy(to, matrix + i, 4);
    std::memcpy(to, matrix + i, static_cast<std::size_t>(in - i));
  }
}

}  // namespace

bool BytePanels::supported() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
#else
  return false;
#endif
}

BytePanels::BytePanels(const QuantisedMatrix& matrix, const at::Tensor& bias)
    : out_(matrix.values.size(0)),
      in_(matrix.values.size(1)),
      negated_sums_(at::zeros({panels_for(out_) * kPanel}, torch::kInt32)),
      scales_(at::zeros({panels_for(out_) * kPanel}, torch::kFloat32)),
      biases_(at::zeros_like(scales_)) {
  TORCH_CHECK(supported(), "this processor has no byte dot products");
  const std::int64_t size = kPanel * stride();
  const bool fills = out_ % kPanel == 0 && in_ % 4 == 0;
  panels_ = fills ? at::empty({out_ * in_}, torch::kInt8) : at::zeros({panels_for(out_) * size}, torch::kInt8);
  const at::Tensor values = matrix.values.contiguous();
  scales_.narrow(0, 0, out_).copy_(matrix.scales);
  if (bias.defined()) biases_.narrow(0, 0, out_).copy_(bias.detach());
  for (std::int64_t first = 0; first < out_; first += kPanel) {
    lay_out(values.const_data_ptr<std::int8_t>() + first * in_, std::min(kPanel, out_ - first), in_,
            panels_.mutable_data_ptr<std::int8_t>() + first / kPanel * size,
            negated_sums_.mutable_data_ptr<std::int32_t>() + first);
  }
}

void BytePanels::product(const ByteRows& x, bool relu, const float* residual, float* y) const {
#if defined(__x86_64__)
  const std::int64_t depth = stride() / 4;
  for (std::int64_t begin = 0; begin < x.count; begin += kRowBlock) {
    const std::int64_t stop = std::min(begin + kRowBlock, x.count);
    for (std::int64_t first = 0; first < out_; first += kPanel) {
      const Panel panel{panels_.const_data_ptr<std::int8_t>() + first * 4 * depth,
                        depth,
                        negated_sums_.const_data_ptr<std::int32_t>() + first,
                        scales_.const_data_ptr<float>() + first,
                        biases_.const_data_ptr<float>() + first,
                        std::min(kPanel, out_ - first)};
      const std::int8_t* ahead = panel.weights + 4 * kPanel * depth;
      for (std::int64_t row = begin; row < stop; row += kMostRows, ahead += kPanel * depth) {
        const bool is_next = row - begin < 4 * kMostRows;
        const std::int64_t offset = row * out_ + first;
        multiply(std::min(kMostRows, stop - row), x.bytes + row * x.stride, x.stride, panel,
                 is_next ? ahead : panel.weights,
                 {x.scales + row, x.zeros + row, residual ? residual + offset : nullptr, y + offset, out_, relu});
      }
    }
  }
#else
  (void)x, (void)relu, (void)residual, (void)y;
#endif
}

}  // namespace dragoman
