#include "kernels/byte_panel.h"

#include "tests/kernels/cache_lines.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace dragoman {
namespace {

// A panel and rows of random bytes.
struct Factors {
  Factors(std::int64_t rows, std::int64_t depth, std::int64_t columns)
      : x(static_cast<std::size_t>((rows + kRowMultiple - 1) / kRowMultiple * kRowMultiple * (depth + kDepthMultiple))),
        weights(static_cast<std::size_t>(depth * kPanelColumns)),
        stride(depth + kDepthMultiple),
        rows_of_x(rows),
        columns_of_panel(columns) {
    std::mt19937 random(1);
    for (std::uint8_t& byte : x) byte = static_cast<std::uint8_t>(random());
    for (std::int8_t& weight : weights) weight = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    for (std::int64_t i = 0; i < rows; ++i) {
      row_scales.push_back(0.01F * static_cast<float>(i + 1));
      zeros.push_back(static_cast<std::int32_t>(random() % 256));
    }
    for (std::int64_t i = 0; i < kPanelColumns; ++i) {
      negated_sums.push_back(static_cast<std::int32_t>(random() % 2000) - 1000);
      scales.push_back(0.001F * static_cast<float>(i + 1));
      biases.push_back(static_cast<float>(i) - 30.0F);
    }
  }

  ByteRows rows() const { return {x.data(), stride, row_scales.data(), zeros.data(), rows_of_x}; }
  BytePanel panel() const {
    return {weights.data(), stride - kDepthMultiple, negated_sums.data(),
            scales.data(),  biases.data(),           columns_of_panel};
  }

  CacheLines<std::uint8_t> x;
  CacheLines<std::int8_t> weights;
  CacheLines<std::int32_t> negated_sums;
  CacheLines<float> scales, biases;
  std::vector<float> row_scales;
  std::vector<std::int32_t> zeros;
  std::int64_t stride, rows_of_x, columns_of_panel;
};

// Results lie in rows of 70, of which those that are not the panel's must stay as they are.
constexpr std::int64_t kWidth = 70;
constexpr float kUntouched = -12345.0F;

std::vector<float> results_of(PanelProduct multiply, const Factors& factors, bool relu, bool with_residual) {
  std::vector<float> y(static_cast<std::size_t>(factors.rows_of_x * kWidth), kUntouched), residual(y.size());
  for (std::size_t i = 0; i < residual.size(); ++i) residual[i] = static_cast<float>(i % 17) - 8.0F;
  multiply(factors.rows(), factors.panel(), factors.weights.data(),
           {with_residual ? residual.data() : nullptr, y.data(), kWidth, relu});
  return y;
}

TEST(BytePanel, TilesGiveWhatByteProductsGiveToTheLastBit) {
  if (!has_tiles()) GTEST_SKIP() << "this processor has no AMX";
  for (const std::int64_t rows : {1, 15, 16, 17, 31, 32, 33, 48, 49, 100}) {
    for (const std::int64_t depth : {64, 192, 512, 2112}) {
      for (const std::int64_t columns : {1, 16, 31, 32, 33, 64}) {
        const Factors factors(rows, depth, columns);
        for (const bool relu : {false, true}) {
          const std::vector<float> expected = results_of(multiply_by_byte_products, factors, relu, !relu);
          const TileUse tiles;
          ASSERT_EQ(results_of(multiply_by_tiles, factors, relu, !relu), expected)
              << rows << " rows of " << depth << " bytes, " << columns << " columns";
        }
      }
    }
  }
}

TEST(BytePanel, ByteProductsAreSumsOfProducts) {
  if (!has_byte_products()) GTEST_SKIP() << "this processor has no byte dot products";
  const Factors factors(7, 128, 33);
  const std::vector<float> y = results_of(multiply_by_byte_products, factors, false, false);
  for (std::int64_t row = 0; row < 7; ++row) {
    for (std::int64_t column = 0; column < kWidth; ++column) {
      const float found = y[static_cast<std::size_t>(row * kWidth + column)];
      if (column >= 33) {
        ASSERT_EQ(found, kUntouched);
        continue;
      }
      const auto of_row = static_cast<std::size_t>(row), of_column = static_cast<std::size_t>(column);
      std::int32_t sum = factors.negated_sums[of_column] * factors.zeros[of_row];
      for (std::int64_t i = 0; i < 128; ++i)
        sum += factors.x[static_cast<std::size_t>(row * factors.stride + i)] *
               factors.weights[static_cast<std::size_t>(i / 4 * 4 * kPanelColumns + 4 * column + i % 4)];
      const double expected =
          static_cast<double>(sum) * factors.scales[of_column] * factors.row_scales[of_row] + factors.biases[of_column];
      ASSERT_NEAR(found, expected, 1e-5 * std::abs(expected) + 1e-4);
    }
  }
}

}  // namespace
}  // namespace dragoman
