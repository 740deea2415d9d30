#include "kernels/float_panel.h"

#include "tests/kernels/cache_lines.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace dragoman {
namespace {

// Results lie in rows of 37, of which those that are not the panel's must stay as they are.
constexpr std::int64_t kFloatWidth = 37;
constexpr float kNotWritten = -12345.0F;

// A panel and rows of random numbers.
struct FloatFactors {
  FloatFactors(std::int64_t rows, std::int64_t depth, std::int64_t columns)
      : x(static_cast<std::size_t>(rows * (depth + 3))),
        weights(static_cast<std::size_t>(depth * kFloatPanelColumns)),
        biases(kFloatPanelColumns),
        residual(static_cast<std::size_t>(rows * kFloatWidth)),
        rows_of_x(rows),
        depth(depth),
        columns(columns) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (auto* numbers : {&x, &weights, &biases, &residual}) {
      for (float& number : *numbers) number = normal(random);
    }
  }

  std::vector<float> results(bool relu, bool with_residual, std::int64_t first, std::int64_t count) const {
    std::vector<float> y(static_cast<std::size_t>(count * kFloatWidth), kNotWritten);
    multiply_float_panel(
        {x.data() + first * (depth + 3), depth + 3, count}, {weights.data(), depth, biases.data(), columns},
        weights.data(), {with_residual ? residual.data() + first * kFloatWidth : nullptr, y.data(), kFloatWidth, relu});
    return y;
  }

  double expected(std::int64_t row, std::int64_t column, bool relu, bool with_residual) const {
    double sum = biases[static_cast<std::size_t>(column)];
    for (std::int64_t i = 0; i < depth; ++i) {
      sum += static_cast<double>(x[static_cast<std::size_t>(row * (depth + 3) + i)]) *
             weights[static_cast<std::size_t>(i * kFloatPanelColumns + column)];
    }
    if (relu) sum = std::max(sum, 0.0);
    return with_residual ? residual[static_cast<std::size_t>(row * kFloatWidth + column)] + sum : sum;
  }

  CacheLines<float> x, weights, biases, residual;
  std::int64_t rows_of_x, depth, columns;
};

TEST(FloatPanel, GivesSumsOfProducts) {
  if (!has_float_panels()) GTEST_SKIP() << "this processor has no AVX-512";
  for (const std::int64_t rows : {1, 2, 3, 11, 12, 13, 14, 25, 100}) {
    for (const std::int64_t depth : {1, 5, 64, 513}) {
      for (const std::int64_t columns : {1, 15, 16, 17, 31, 32}) {
        const FloatFactors factors(rows, depth, columns);
        for (const bool relu : {false, true}) {
          const std::vector<float> y = factors.results(relu, !relu, 0, rows);
          for (std::int64_t i = 0; i < rows * kFloatWidth; ++i) {
            const float found = y[static_cast<std::size_t>(i)];
            if (i % kFloatWidth < columns) {
              ASSERT_NEAR(found, factors.expected(i / kFloatWidth, i % kFloatWidth, relu, !relu),
                          1e-5 * std::sqrt(depth) + 1e-6);
            } else {
              ASSERT_EQ(found, kNotWritten);
            }
          }
        }
      }
    }
  }
}

TEST(FloatPanel, ARowDependsOnNoOtherToTheLastBit) {
  if (!has_float_panels()) GTEST_SKIP() << "this processor has no AVX-512";
  const FloatFactors factors(30, 200, 32);
  const std::vector<float> all = factors.results(true, true, 0, 30);
  for (const std::int64_t count : {1, 2, 5, 12, 13, 17}) {
    for (std::int64_t first = 0; first + count <= 30; ++first) {
      const auto begin = all.begin() + first * kFloatWidth;
      ASSERT_EQ(factors.results(true, true, first, count), std::vector<float>(begin, begin + count * kFloatWidth));
    }
  }
}

}  // namespace
}  // namespace dragoman
