#include "base/counter_random.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>
#include <set>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

// The known-answer vectors that Random123, the authors' library, publishes for philox4x32-10 (file kat_vectors).
TEST(PhiloxTest, GivesThePublishedAnswers) {
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_THAT(philox({0, 0}, {0, 0, 0, 0}), ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(philox({kOnes, kOnes}, {kOnes, kOnes, kOnes, kOnes}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(philox({0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

std::vector<std::uint32_t> first_numbers(std::uint64_t seed, RandomPurpose purpose, std::uint64_t item) {
  CounterRandom random(seed, purpose, item);
  std::vector<std::uint32_t> numbers(10);
  for (auto& number : numbers) number = random.next();
  return numbers;
}

TEST(CounterRandomTest, NumbersComeFromPhiloxBlockByBlock) {
  const auto numbers = first_numbers(0x0000000200000001, RandomPurpose::dropout, 0x0000000600000005);
  for (std::uint32_t block = 0; block < 2; ++block) {
    const auto words = philox({1, 2}, {block, 5, 6, 3});
    EXPECT_TRUE(std::equal(words.begin(), words.end(), numbers.begin() + 4 * block)) << block;
  }
}

TEST(CounterRandomTest, StreamsDifferInEveryPartOfTheirKey) {
  const auto base = first_numbers(1, RandomPurpose::shuffle, 1);
  EXPECT_EQ(base, first_numbers(1, RandomPurpose::shuffle, 1));
  const std::set<std::vector<std::uint32_t>> streams{
      base,
      first_numbers(2, RandomPurpose::shuffle, 1),
      first_numbers(1 + (std::uint64_t{1} << 32), RandomPurpose::shuffle, 1),
      first_numbers(1, RandomPurpose::sampling, 1),
      first_numbers(1, RandomPurpose::shuffle, 2),
      first_numbers(1, RandomPurpose::shuffle, 1 + (std::uint64_t{1} << 32))};
  EXPECT_EQ(streams.size(), 6u);
}

TEST(CounterRandomTest, UniformFillsTheUnitInterval) {
  CounterRandom random(7, RandomPurpose::sampling, 0);
  constexpr int kCount = 100'000;
  double sum = 0, low = 1, high = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = random.uniform();
    sum += value;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  EXPECT_GE(low, 0.0);
  EXPECT_LT(high, 1.0);
  EXPECT_LT(low, 1e-3);
  EXPECT_GT(high, 1 - 1e-3);
  EXPECT_NEAR(sum / kCount, 0.5, 0.004);  // more than four standard deviations, 1 / sqrt(12 · count) each
}

TEST(CounterRandomTest, BelowIsEvenOverItsRange) {
  CounterRandom random(7, RandomPurpose::sampling, 1);
  constexpr std::uint32_t kBound = 7;
  constexpr int kCount = 70'000;
  std::vector<int> counts(kBound);
  for (int i = 0; i < kCount; ++i) {
    const std::uint32_t value = random.below(kBound);
    ASSERT_LT(value, kBound);
    ++counts[value];
  }
  for (const int count : counts) EXPECT_NEAR(count, kCount / static_cast<int>(kBound), 450);  // almost five deviations
  EXPECT_EQ(random.below(1), 0u);
}

// With a bound of 3/4 of the range, a plain product would give every third number twice as often as the others.
TEST(CounterRandomTest, BelowIsEvenForLargeBounds) {
  CounterRandom random(7, RandomPurpose::sampling, 2);
  constexpr std::uint32_t kBound = 0xC0000000;
  constexpr int kCount = 30'000;
  std::vector<int> counts(3);
  for (int i = 0; i < kCount; ++i) ++counts[random.below(kBound) % 3];
  for (const int count : counts) EXPECT_NEAR(count, kCount / 3, 400);
}

TEST(CounterRandomTest, ShuffleKeepsTheItemsAndReachesEveryOrder) {
  std::vector<int> items(1000);
  std::iota(items.begin(), items.end(), 0);
  auto shuffled = items;
  CounterRandom(1, RandomPurpose::shuffle, 0).shuffle(shuffled);
  EXPECT_NE(shuffled, items);
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, items);

  std::set<std::vector<int>> orders;
  for (std::uint64_t item = 0; item < 200; ++item) {
    std::vector<int> four{0, 1, 2, 3};
    CounterRandom(1, RandomPurpose::shuffle, item).shuffle(four);
    orders.insert(four);
  }
  EXPECT_EQ(orders.size(), 24u);

  std::vector<int> none;
  CounterRandom(1, RandomPurpose::shuffle, 0).shuffle(none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace dragoman
