#include "model/row_quantiser.h"

#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace dragoman {
namespace {

std::vector<float> random_values(std::size_t count) {
  std::mt19937 generator(3);
  std::normal_distribution<float> normal(0.1F, 2.0F);
  std::vector<float> values(count);
  for (float& value : values) value = normal(generator);
  return values;
}

TEST(RowQuantiser, RoundsEachRowByItsLargestValue) {
  for (const std::int64_t width : {1, 31, 32, 100, 512}) {
    const std::int64_t rows = 5;
    std::vector<float> x = random_values(static_cast<std::size_t>(rows * width));
    for (std::int64_t i = 0; i < width; ++i) {
      x[static_cast<std::size_t>(width + i)] *= 1e6F;
      x[static_cast<std::size_t>(3 * width + i)] = 0;
    }
    std::vector<std::uint8_t> bytes(x.size());
    std::vector<float> scales(static_cast<std::size_t>(rows));
    quantise_rows(x.data(), rows, width, bytes.data(), scales.data());
    for (std::int64_t row = 0; row < rows; ++row) {
      const float scale = scales[static_cast<std::size_t>(row)];
      int most = 0;
      for (std::int64_t i = row * width; i < (row + 1) * width; ++i) {
        const int steps = bytes[static_cast<std::size_t>(i)] - kQuantisedZero;
        EXPECT_NEAR(static_cast<float>(steps) * scale, x[static_cast<std::size_t>(i)], 0.501F * scale)
            << row << " " << i;
        most = std::max(most, std::abs(steps));
      }
      EXPECT_EQ(most, row == 3 ? 0 : 127);
      EXPECT_EQ(scale == 0, row == 3);
    }
  }
}

TEST(RowQuantiser, ScalesRowsAndAddsTheBias) {
  const std::vector<float> scales = {2, -0.5};
  const std::vector<float> bias = {10, 20, 30};
  std::vector<float> y = {1, 2, 3, 4, 5, 6};
  scale_rows(y.data(), 2, 3, scales.data(), nullptr);
  EXPECT_EQ(y, (std::vector<float>{2, 4, 6, -2, -2.5, -3}));
  scale_rows(y.data(), 2, 3, scales.data(), bias.data());
  EXPECT_EQ(y, (std::vector<float>{14, 28, 42, 11, 21.25, 31.5}));
}

}  // namespace
}  // namespace dragoman
