#include "kernels/digit_panel.h"

#include "tests/kernels/cache_lines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace dragoman {
namespace {

// Results lie in rows of 37, of which those that are not the panel's must stay as they are.
constexpr std::int64_t kDigitWidth = 37;
constexpr float kNothing = -12345.0F;

// A panel and rows of random numbers, each of one digit alone, so that floats hold the results exactly.
struct DigitFactors {
  DigitFactors(std::int64_t rows, std::int64_t depth, std::int64_t columns, std::int64_t digit_of_x = 0,
               std::int64_t digit_of_weights = 0)
      : stride(kDigits * depth + kTileBytes),
        x(static_cast<std::size_t>((rows + kTileRows - 1) / kTileRows * kTileRows * stride)),
        weights(static_cast<std::size_t>(depth * kDigits * kDigitPanelColumns)),
        scales(kDigitPanelColumns),
        biases(kDigitPanelColumns),
        residual(static_cast<std::size_t>(rows * kDigitWidth)),
        rows_of_x(rows),
        depth(depth),
        columns(columns) {
    std::mt19937 random(1);
    const auto draw = [&] { return static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127); };
    for (std::int64_t row = 0; row < rows; ++row) std::generate_n(&x[index_of_x(row, digit_of_x, 0)], depth, draw);
    for (std::int64_t i = 0; i < depth; ++i) {
      for (std::int64_t column = 0; column < kDigitPanelColumns; ++column)
        weights[index_of_weight(column, digit_of_weights, i)] = draw();
    }
    for (std::int64_t i = 0; i < rows; ++i) row_scales.push_back(i % 2 == 0 ? 1.0F : 0.5F);
    for (std::size_t i = 0; i < scales.size(); ++i) scales[i] = i % 3 == 0 ? 1.0F : 0.25F;
  }

  std::vector<float> results(bool relu, bool with_residual) const {
    std::vector<float> y(residual.size(), kNothing);
    const TileUse tiles;
    multiply_digit_panel({x.data(), stride, row_scales.data(), rows_of_x},
                         {weights.data(), depth, scales.data(), biases.data(), columns}, weights.data(),
                         {with_residual ? residual.data() : nullptr, y.data(), kDigitWidth, relu});
    return y;
  }

  std::size_t index_of_x(std::int64_t row, std::int64_t digit, std::int64_t i) const {
    return static_cast<std::size_t>(row * stride + digit * depth + i);
  }
  std::size_t index_of_weight(std::int64_t column, std::int64_t digit, std::int64_t i) const {
    const std::int64_t half = column / kTileRows, group = i % kTileBytes / 4;
    const std::int64_t tile = (i / kTileBytes * kDigits + digit) * 2 + half;
    return static_cast<std::size_t>(((tile * kTileRows + group) * kTileRows + column % kTileRows) * 4 + i % 4);
  }

  double expected(std::int64_t row, std::int64_t column, bool relu, bool with_residual) const {
    std::int64_t sum = 0;
    for (int a = 0; a < kDigits; ++a) {
      for (int b = 0; b < kDigits && a + b < 2 * (kDigits - 1); ++b) {
        for (std::int64_t i = 0; i < depth; ++i)
          sum += (std::int64_t{x[index_of_x(row, a, i)]} * weights[index_of_weight(column, b, i)])
                 << 8 * (2 * (kDigits - 1) - a - b);
      }
    }
    const auto c = static_cast<std::size_t>(column);
    double y = static_cast<double>(sum) * scales[c] * row_scales[static_cast<std::size_t>(row)] + biases[c];
    if (relu) y = std::max(y, 0.0);
    return with_residual ? y + residual[static_cast<std::size_t>(row * kDigitWidth + column)] : y;
  }

  std::int64_t stride;
  CacheLines<std::int8_t> x, weights;
  std::vector<float> row_scales, scales, biases, residual;
  std::int64_t rows_of_x, depth, columns;
};

class DigitPanelTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_tiles()) GTEST_SKIP() << "this processor has no AMX";
  }
};

TEST_F(DigitPanelTest, SumsProductsOfDigitsByTheirPlaces) {
  for (const std::int64_t rows : {1, 16, 33}) {
    for (const std::int64_t depth : {64, 192}) {
      for (const std::int64_t a : {0, 1, 2}) {
        for (const std::int64_t b : {0, 1, 2}) {
          const DigitFactors factors(rows, depth, 32, a, b);
          const std::vector<float> y = factors.results(false, false);
          for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t column = 0; column < 32; ++column) {
              ASSERT_EQ(y[static_cast<std::size_t>(row * kDigitWidth + column)],
                        factors.expected(row, column, false, false))
                  << rows << " rows, " << depth << " deep, digits " << a << " and " << b;
            }
          }
        }
      }
    }
  }
}

TEST_F(DigitPanelTest, WritesTheColumnsOfTheMatrixAlone) {
  for (const std::int64_t rows : {1, 2, 15, 16, 17, 100}) {
    for (const std::int64_t columns : {1, 15, 16, 17, 31, 32}) {
      DigitFactors factors(rows, 128, columns, 2, 1);
      for (std::size_t i = 0; i < factors.biases.size(); ++i) factors.biases[i] = 256 * (static_cast<float>(i) - 16);
      for (std::size_t i = 0; i < factors.residual.size(); ++i)
        factors.residual[i] = 256 * (static_cast<float>(i % 17) - 8);
      for (const bool relu : {false, true}) {
        const std::vector<float> y = factors.results(relu, !relu);
        for (std::int64_t i = 0; i < rows * kDigitWidth; ++i) {
          const std::int64_t row = i / kDigitWidth, column = i % kDigitWidth;
          const double wanted = column < columns ? factors.expected(row, column, relu, !relu) : kNothing;
          ASSERT_EQ(y[static_cast<std::size_t>(i)], wanted) << rows << " rows, " << columns << " columns";
        }
      }
    }
  }
}

TEST_F(DigitPanelTest, HoldsTheLargestSums) {
  DigitFactors factors(3, kMostDigitDepth, 32);
  std::ranges::fill(factors.x, std::int8_t{-128});
  std::ranges::fill(factors.weights, std::int8_t{-128});
  const std::vector<float> y = factors.results(false, false);
  for (std::int64_t column = 0; column < 32; ++column) {
    const double wanted = factors.expected(1, column, false, false);
    EXPECT_NEAR(y[static_cast<std::size_t>(kDigitWidth + column)], wanted, wanted * 1e-6);
  }
}

}  // namespace
}  // namespace dragoman
