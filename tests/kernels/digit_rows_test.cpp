#include "kernels/digit_rows.h"

#include "tests/kernels/random_rows.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr std::int8_t kNoDigit = 7;

struct WrittenDigits {
  WrittenDigits(const std::vector<float>& x, std::size_t width)
      : depth(width + 5), stride(3 * depth + 2), digits(x.size() / width * stride, kNoDigit), scales(x.size() / width) {
    write_digits(x.data(), static_cast<std::int64_t>(scales.size()), static_cast<std::int64_t>(width),
                 static_cast<std::int64_t>(depth), digits.data(), static_cast<std::int64_t>(stride), scales.data());
  }

  std::int64_t digit(std::size_t row, std::size_t k, std::size_t i) const {
    return digits[row * stride + k * depth + i];
  }
  double value(std::size_t row, std::size_t i) const {
    const std::int64_t number = 65536 * digit(row, 0, i) + 256 * digit(row, 1, i) + digit(row, 2, i);
    return static_cast<double>(number) * scales[row];
  }

  std::size_t depth, stride;
  std::vector<std::int8_t> digits;
  std::vector<float> scales;
};

TEST(DigitRows, AreTheNumbersButForTheirRowsLastBits) {
  for (const std::size_t width : {1, 31, 32, 100, 512}) {
    std::vector<float> x = random_values(5 * width);
    for (std::size_t i = 0; i < width; ++i) {
      x[width + i] *= 1e30F;
      x[2 * width + i] *= 1e-20F;
      x[3 * width + i] = 0;
      x[4 * width + i] = -std::abs(x[4 * width + i]);
    }
    const WrittenDigits written(x, width);
    for (std::size_t row = 0; row < 5; ++row) {
      double largest = 0;
      for (std::size_t i = 0; i < width; ++i) largest = std::max(largest, std::abs(double{x[row * width + i]}));
      for (std::size_t i = 0; i < width; ++i)
        ASSERT_LE(std::abs(written.value(row, i) - x[row * width + i]), std::ldexp(largest, -23)) << row;
      for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t i = width; i < written.depth; ++i) ASSERT_EQ(written.digit(row, k, i), kNoDigit);
      }
    }
    EXPECT_EQ(written.scales[3], 0) << "a row of zeros";
  }
}

TEST(DigitRows, AreExactWhereTheDigitsSuffice) {
  // The largest numbers of three digits, and what of 24 bits is above them, which has its last bit rounded away.
  for (const auto& [largest, least_bit] : {std::pair{8355711.0F, 1.0F}, std::pair{8355712.0F, 2.0F},
                                           std::pair{8388607.0F, 2.0F}, std::pair{-8355711.0F, 1.0F}}) {
    const std::vector<float> x = {largest, 3, -4, 128, -129, 32896, -65537, 0.5F};
    const WrittenDigits written(x, x.size());
    EXPECT_EQ(written.scales[0], least_bit);
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_LE(std::abs(written.value(0, i) - x[i]), std::fmod(x[i], least_bit) == 0 ? 0 : least_bit / 2) << x[i];
  }
}

TEST(DigitRows, HaveFiniteScalesAtBothEndsOfFloats) {
  constexpr float kMost = std::numeric_limits<float>::max(), kLeast = std::numeric_limits<float>::denorm_min();
  for (const float extreme : {kMost, -kMost, kLeast, -kLeast, 1e-38F}) {
    const WrittenDigits written({extreme, extreme / 2}, 2);
    EXPECT_GT(written.scales[0], 0);
    EXPECT_TRUE(std::isfinite(written.scales[0]));
    EXPECT_NEAR(written.value(0, 0), extreme, std::max(std::abs(double{extreme}) * 1e-6, 1e-37));
  }
}

TEST(DigitRows, ShowWhatIsNotFinite) {
  for (const std::size_t width : {1, 33, 100}) {
    for (const float odd : {NAN, INFINITY, -INFINITY}) {
      for (const std::size_t place : {std::size_t{0}, width - 1}) {
        std::vector<float> x = random_values(3 * width);
        x[width + place] = odd;
        const WrittenDigits written(x, width);
        EXPECT_TRUE(std::isnan(written.scales[1])) << odd << " at " << place << " of " << width;
        EXPECT_TRUE(std::isfinite(written.scales[0]) && std::isfinite(written.scales[2]));
      }
    }
  }
}

}  // namespace
}  // namespace dragoman
