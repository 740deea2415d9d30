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
    const std::int64_t stride = width + 3;
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(rows * stride), 7);
    std::vector<float> scales(static_cast<std::size_t>(rows));
    quantise_rows(x.data(), rows, width, bytes.data(), stride, scales.data());
    for (std::int64_t row = 0; row < rows; ++row) {
      const float scale = scales[static_cast<std::size_t>(row)];
      int most = 0;
      for (std::int64_t i = 0; i < width; ++i) {
        const int steps = bytes[static_cast<std::size_t>(row * stride + i)] - kQuantisedZero;
        EXPECT_NEAR(static_cast<float>(steps) * scale, x[static_cast<std::size_t>(row * width + i)], 0.501F * scale)
            << row << " " << i;
        most = std::max(most, std::abs(steps));
      }
      for (std::int64_t i = width; i < stride; ++i) EXPECT_EQ(bytes[static_cast<std::size_t>(row * stride + i)], 7);
      EXPECT_EQ(most, row == 3 ? 0 : 127);
      EXPECT_EQ(scale == 0, row == 3);
    }
  }
}

}  // namespace
}  // namespace dragoman
