#include "kernels/row_quantiser.h"

#include "tests/kernels/random_rows.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <span>
#include <vector>

namespace dragoman {
namespace {

struct Quantised {
  std::vector<std::uint8_t> bytes;
  std::vector<float> scales;
  std::vector<std::int32_t> zeros;
};

Quantised quantise(const std::vector<float>& x, std::size_t width, std::size_t stride) {
  const std::size_t rows = x.size() / width;
  Quantised result{std::vector<std::uint8_t>(rows * stride, 7), std::vector<float>(rows),
                   std::vector<std::int32_t>(rows)};
  quantise_rows(x.data(), static_cast<std::int64_t>(rows), static_cast<std::int64_t>(width), result.bytes.data(),
                static_cast<std::int64_t>(stride), result.scales.data(), result.zeros.data());
  return result;
}

TEST(RowQuantiser, RoundsEachRowByItsOwnRange) {
  for (const std::size_t width : {1, 31, 32, 100, 512}) {
    std::vector<float> x = random_values(5 * width);
    for (std::size_t i = 0; i < width; ++i) {
      x[width + i] *= 1e6F;
      x[2 * width + i] = std::max(x[2 * width + i], 0.0F);
      x[3 * width + i] = 0;
      x[4 * width + i] = -std::fabs(x[4 * width + i]);
    }
    const std::size_t stride = width + 3;
    const Quantised rounded = quantise(x, width, stride);
    for (std::size_t row = 0; row < 5; ++row) {
      const auto values = std::span(x).subspan(row * width, width);
      const float least = std::min(*std::ranges::min_element(values), 0.0F);
      const float largest = std::max(*std::ranges::max_element(values), 0.0F);
      const float scale = rounded.scales[row];
      EXPECT_FLOAT_EQ(scale, (largest - least) / 255);
      for (std::size_t i = 0; i < stride; ++i) {
        const int byte = rounded.bytes[row * stride + i];
        if (i >= width) {
          EXPECT_EQ(byte, 7) << "behind the row";
          continue;
        }
        EXPECT_NEAR(static_cast<float>(byte - rounded.zeros[row]) * scale, values[i], 0.502F * scale) << row;
        if (values[i] == 0) {
          EXPECT_EQ(byte, rounded.zeros[row]);
        }
      }
    }
    EXPECT_EQ(rounded.zeros[2], 0) << "nothing below zero";
    EXPECT_EQ(rounded.scales[3], 0) << "a row of zeros";
    EXPECT_EQ(rounded.zeros[4], 255) << "nothing above zero";
  }
}

TEST(RowQuantiser, ShowsWhatIsNotFinite) {
  for (const std::size_t width : {1, 33, 100}) {
    for (const float odd : {NAN, INFINITY, -INFINITY}) {
      for (const std::size_t place : {std::size_t{0}, width - 1}) {
        std::vector<float> x = random_values(3 * width);
        x[width + place] = odd;
        const Quantised rounded = quantise(x, width, width);
        EXPECT_TRUE(std::isnan(rounded.scales[1])) << odd << " at " << place << " of " << width;
        EXPECT_TRUE(std::isfinite(rounded.scales[0]) && std::isfinite(rounded.scales[2]));
      }
    }
  }
}

}  // namespace
}  // namespace dragoman
