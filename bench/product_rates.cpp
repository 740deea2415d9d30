// How fast products are alone, for bench/products.sh: product_rates
//
// Rows are multiplied by all matrices of a decoding step of a base model in turn (6 layers, width 512, feed-forward
// 2048, vocabulary 32,000), which no second-level cache holds. Prints for each number of rows the best rate of some
// rounds, in thousands of millions of multiplications and additions a second: in int8 by AVX-512 VNNI and, where there
// is, by AMX, and in fp32. Then what fp32 reaches with data that no memory is waited for. One thread.
#include "kernels/byte_panel.h"
#include "kernels/float_panel.h"
#include "kernels/tiles.h"
#include "model/layers/packed_linear.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 15;
constexpr std::int64_t kWidth = 512, kInner = 2048, kLayers = 6, kVocabulary = 32'000;
constexpr std::int64_t kRows[] = {1, 4, 8, 16, 32, 64, 128, 192};

struct FreeLines {
  void operator()(void* lines) const { ::operator delete (lines, std::align_val_t{64}); }
};

// Numbers that begin with a cache line.
template <typename T>
class Lines {
 public:
  explicit Lines(std::int64_t count)
      : numbers_(static_cast<T*>(::operator new (static_cast<std::size_t>(count) * sizeof(T), std::align_val_t{64}))) {
    std::mt19937 random(1);
    std::generate_n(data(), count, [&] { return static_cast<T>(random() % 251); });
  }
  T* data() const { return numbers_.get(); }

 private:
  std::unique_ptr<T, FreeLines> numbers_;
};

struct Matrix {
  Matrix(std::int64_t in, std::int64_t out)
      : in(in), out(out), weights(in * out), sums(out), scales(out), biases(out) {}

  std::int64_t in, out;
  Lines<std::int8_t> weights;
  Lines<std::int32_t> sums;
  Lines<float> scales, biases;
};

std::vector<Matrix> matrices_of_a_step() {
  std::vector<Matrix> all;
  for (std::int64_t layer = 0; layer < kLayers; ++layer) {
    for (const std::int64_t out : {3 * kWidth, kWidth, kWidth, kWidth, kInner}) all.emplace_back(kWidth, out);
    all.emplace_back(kInner, kWidth);
  }
  constexpr std::int64_t kBlock = 1024;
  for (std::int64_t first = 0; first < kVocabulary; first += kBlock) all.emplace_back(kWidth, kBlock);
  return all;
}

void multiply(const Matrix& matrix, const ByteRows& x, PanelProduct product, float* y) {
  for (std::int64_t first = 0; first < matrix.out; first += kPanelColumns) {
    const std::int8_t* weights = matrix.weights.data() + first * matrix.in;
    product(x,
            {weights, matrix.in, matrix.sums.data() + first, matrix.scales.data() + first, matrix.biases.data() + first,
             kPanelColumns},
            weights + kPanelColumns * matrix.in, {nullptr, y + first, matrix.out, false});
  }
}

// The best rate of some rounds of `work`, which has so many multiplications.
template <typename Work>
double best_rate(double products, const Work& work) {
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = Clock::now();
    work();
    best = std::max(best, products / std::chrono::duration<double>(Clock::now() - start).count() / 1e9);
  }
  return best;
}

double products_of(const std::vector<Matrix>& matrices) {
  double sum = 0;
  for (const Matrix& matrix : matrices) sum += static_cast<double>(matrix.in * matrix.out);
  return sum;
}

double rate_of(const std::vector<Matrix>& matrices, std::int64_t rows, PanelProduct product) {
  const std::int64_t most = (rows + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
  const Lines<std::uint8_t> bytes(most * (kInner + kDepthMultiple));
  const Lines<float> scales(rows), y(rows * kInner);
  const Lines<std::int32_t> zeros(rows);
  return best_rate(static_cast<double>(rows) * products_of(matrices), [&] {
    for (const Matrix& matrix : matrices)
      multiply(matrix, {bytes.data(), matrix.in + kDepthMultiple, scales.data(), zeros.data(), rows}, product,
               y.data());
  });
}

// The same matrices in fp32, as models have them.
std::vector<PackedLinear> packed(const std::vector<Matrix>& matrices) {
  std::vector<PackedLinear> all;
  for (const Matrix& matrix : matrices) all.emplace_back(at::randn({matrix.out, matrix.in}), at::zeros({matrix.out}));
  return all;
}

double rate_of(const std::vector<Matrix>& matrices, const std::vector<PackedLinear>& linears, std::int64_t rows) {
  const at::Tensor x = at::randn({rows, kWidth}), inner = at::randn({rows, kInner});
  return best_rate(static_cast<double>(rows) * products_of(matrices), [&] {
    for (std::size_t i = 0; i < matrices.size(); ++i) linears[i](matrices[i].in == kInner ? inner : x);
  });
}

// What fp32 could reach: with a panel and rows that do not leave the first caches.
double rate_in_cache() {
  constexpr std::int64_t kCachedRows = 24, kTimes = 1000;
  const Lines<float> x(kCachedRows * kWidth), weights(kWidth * kFloatPanelColumns), biases(kFloatPanelColumns),
      y(kCachedRows * kFloatPanelColumns);
  return best_rate(static_cast<double>(kTimes * kCachedRows * kWidth * kFloatPanelColumns), [&] {
    for (std::int64_t i = 0; i < kTimes; ++i)
      multiply_float_panel({x.data(), kWidth, kCachedRows}, {weights.data(), kWidth, biases.data(), kFloatPanelColumns},
                           weights.data(), {nullptr, y.data(), kFloatPanelColumns, false});
  });
}

void measure() {
  const std::vector<Matrix> matrices = matrices_of_a_step();
  fmt::print("{:.1f} MB of weights in int8\n", products_of(matrices) / 1e6);
  const std::vector<PackedLinear> linears = packed(matrices);
  for (const std::int64_t rows : kRows) {
    std::string line =
        fmt::format("{:4} rows   VNNI {:5.0f}", rows, rate_of(matrices, rows, multiply_by_byte_products));
    if (has_tiles()) {
      const TileUse tiles;
      line += fmt::format("   AMX {:5.0f}", rate_of(matrices, rows, multiply_by_tiles));
    }
    fmt::print("{}   fp32 {:5.0f}\n", line, rate_of(matrices, linears, rows));
  }
  if (has_float_panels()) fmt::print("fp32, with all data in the caches: {:.0f}\n", rate_in_cache());
}

}  // namespace
}  // namespace dragoman

int main() {
  if (!dragoman::has_byte_products()) {
    fmt::print("this processor has no byte dot products\n");
    return 1;
  }
  const c10::InferenceMode mode;
  at::set_num_threads(1);
  dragoman::measure();
}
