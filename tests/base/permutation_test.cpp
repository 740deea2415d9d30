#include "base/permutation.h"

#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

TEST(Permutation, TakesEachPlaceOnce) {
  for (const std::uint64_t count : {1, 2, 3, 5, 16, 17, 1000, 4097}) {
    const Permutation order(3, RandomPurpose::shuffle, 7, count);
    std::vector<bool> seen(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t place = order(i);
      ASSERT_LT(place, count);
      EXPECT_FALSE(seen[place]) << count;
      seen[place] = true;
    }
  }
  EXPECT_LT(Permutation(3, RandomPurpose::shuffle, 7, std::uint64_t{1} << 32)(12345), std::uint64_t{1} << 32);
}

TEST(Permutation, IsAnotherForAnotherSeedOrItem) {
  const Permutation order(3, RandomPurpose::shuffle, 7, 1000), same(3, RandomPurpose::shuffle, 7, 1000),
      other_seed(4, RandomPurpose::shuffle, 7, 1000), other_item(3, RandomPurpose::shuffle, 8, 1000);
  int as_seed = 0, as_item = 0, fixed = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(order(i), same(i));
    as_seed += order(i) == other_seed(i) ? 1 : 0;
    as_item += order(i) == other_item(i) ? 1 : 0;
    fixed += order(i) == i ? 1 : 0;
  }
  EXPECT_LT(as_seed, 10);
  EXPECT_LT(as_item, 10);
  EXPECT_LT(fixed, 10);
}

// Pairs that were neighbours are no more, and each part of the order has its share of each part of the corpus.
TEST(Permutation, MixesAllParts) {
  constexpr std::uint64_t kCount = 40'000;
  const Permutation order(1, RandomPurpose::shuffle, 0, kCount);
  for (std::uint64_t part = 0; part < 4; ++part) {
    std::vector<int> shares(4);
    for (std::uint64_t i = part * kCount / 4; i < (part + 1) * kCount / 4; ++i) ++shares[order(i) * 4 / kCount];
    for (const int share : shares) EXPECT_NEAR(share, 2500, 250);
  }
}

}  // namespace
}  // namespace dragoman
