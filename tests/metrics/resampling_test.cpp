#include "metrics/resampling.h"

#include "metrics/numpy_random.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

constexpr std::size_t kSamples = 37;  // not a multiple of those that are summed together

std::vector<double> whole_numbers(std::size_t count) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(static_cast<double>(i * i * 7919 % 10007));
  return numbers;
}

// The sums of `rows` over the sentences of each sample.
std::vector<double> naive_sums(const StatisticsTable& table, const std::vector<std::vector<std::size_t>>& samples) {
  std::vector<double> sums;
  for (const auto& sample : samples) {
    std::vector<double> sum(table.width);
    for (const std::size_t i : sample) {
      for (std::size_t j = 0; j < table.width; ++j) sum[j] += table.rows[i * table.width + j];
    }
    sums.insert(sums.end(), sum.begin(), sum.end());
  }
  return sums;
}

class Resampling : public ::testing::TestWithParam<std::size_t> {
 protected:
  // Tables of every way in which columns are summed together.
  Resampling() {
    for (const std::size_t width : {1, 2, 3, 4, 10, 24}) {
      rows_.push_back(whole_numbers(GetParam() * width));
      tables_.push_back({rows_.back(), width});
    }
  }

  const ResamplingOptions options_{kSamples, 99, 2};
  std::vector<std::vector<double>> rows_;
  std::vector<StatisticsTable> tables_;
};

TEST_P(Resampling, BootstrapSumsAreThoseOfTheSentencesDrawn) {
  NumpyRandom random(99);
  std::vector<std::vector<std::size_t>> samples;
  for (std::size_t s = 0; s < kSamples; ++s) {
    std::vector<std::uint32_t> drawn(GetParam());
    random.integers(static_cast<std::uint32_t>(GetParam()), drawn);
    samples.emplace_back(drawn.begin(), drawn.end());
  }
  const auto sums = bootstrap_sums(tables_, options_);
  for (std::size_t t = 0; t < tables_.size(); ++t) EXPECT_EQ(sums[t], naive_sums(tables_[t], samples));
}

TEST_P(Resampling, RandomHalfSumsAreThoseOfTheSentencesTaken) {
  NumpyRandom random(99);
  random.begin_bits();
  std::vector<std::vector<std::size_t>> samples(kSamples);
  std::vector<std::uint8_t> bits((GetParam() + 7) / 8);
  for (auto& sample : samples) {
    random.bits(GetParam(), bits);
    for (std::size_t i = 0; i < GetParam(); ++i) {
      if ((bits[i / 8] >> i % 8 & 1) != 0) sample.push_back(i);
    }
  }
  const auto sums = random_half_sums(tables_, options_);
  for (std::size_t t = 0; t < tables_.size(); ++t) EXPECT_EQ(sums[t], naive_sums(tables_[t], samples));
}

INSTANTIATE_TEST_SUITE_P(Sentences, Resampling, ::testing::Values(1, 5, 127, 128, 129, 700));

TEST(ResamplingInput, RefusesNothingAndUnevenTables) {
  const std::vector<double> two = {1, 2}, three = {1, 2, 3};
  const std::vector<StatisticsTable> uneven = {{two, 1}, {three, 1}}, empty = {{{}, 1}};
  EXPECT_THROW(bootstrap_sums(uneven, {}), std::invalid_argument);
  EXPECT_THROW(bootstrap_sums(empty, {}), std::invalid_argument);
  EXPECT_THROW(bootstrap_sums({}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
