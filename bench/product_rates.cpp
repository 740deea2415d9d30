// How fast int8 products are alone, for bench/products.sh: product_rates
//
// Rows are multiplied by all matrices of a decoding step of a base model in turn (6 layers, width 512, feed-forward
// 2048, vocabulary 32,000), which no second-level cache holds. Prints for each number of rows the best rate of some
// rounds, in thousands of millions of multiplications and additions a second: by AVX-512 VNNI and, where there is, by
// AMX. One thread.
#include "kernels/byte_panel.h"

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

double rate_of(const std::vector<Matrix>& matrices, std::int64_t rows, PanelProduct product) {
  const std::int64_t most = (rows + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
  const Lines<std::uint8_t> bytes(most * (kInner + kDepthMultiple));
  const Lines<float> scales(rows), y(rows * kInner);
  const Lines<std::int32_t> zeros(rows);
  double best = 0, products = 0;
  for (const Matrix& matrix : matrices) products += static_cast<double>(rows * matrix.in * matrix.out);
  for (int round = 0; round < kRounds; ++round) {
    const auto start = Clock::now();
    for (const Matrix& matrix : matrices)
      multiply(matrix, {bytes.data(), matrix.in + kDepthMultiple, scales.data(), zeros.data(), rows}, product,
               y.data());
    best = std::max(best, products / std::chrono::duration<double>(Clock::now() - start).count() / 1e9);
  }
  return best;
}

void measure() {
  const std::vector<Matrix> matrices = matrices_of_a_step();
  double bytes = 0;
  for (const Matrix& matrix : matrices) bytes += static_cast<double>(matrix.in * matrix.out);
  fmt::print("{:.1f} MB of weights\n", bytes / 1e6);
  for (const std::int64_t rows : kRows) {
    std::string line =
        fmt::format("{:4} rows   VNNI {:5.0f}", rows, rate_of(matrices, rows, multiply_by_byte_products));
    if (has_tiles()) {
      const TileUse tiles;
      line += fmt::format("   AMX {:5.0f}", rate_of(matrices, rows, multiply_by_tiles));
    }
    fmt::print("{}\n", line);
  }
}

}  // namespace
}  // namespace dragoman

int main() {
  if (!dragoman::has_byte_products()) {
    fmt::print("this processor has no byte dot products\n");
    return 1;
  }
  dragoman::measure();
}
