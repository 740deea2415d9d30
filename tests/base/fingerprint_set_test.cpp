#include "base/fingerprint_set.h"

#include <cstdint>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(FingerprintSet, HasWhatWasInserted) {
  FingerprintSet set;
  EXPECT_FALSE(set.contains(0));
  EXPECT_FALSE(set.contains(7));
  EXPECT_TRUE(set.insert(7));
  EXPECT_FALSE(set.insert(7));
  EXPECT_TRUE(set.contains(7));
  EXPECT_EQ(set.size(), 1u);
}

TEST(FingerprintSet, ZeroIsOneLikeAnyOther) {
  FingerprintSet set;
  EXPECT_TRUE(set.insert(0));
  EXPECT_FALSE(set.insert(0));
  EXPECT_TRUE(set.contains(0));
  EXPECT_EQ(set.size(), 1u);
}

TEST(FingerprintSet, GrowsAndLosesNothing) {
  FingerprintSet set;
  constexpr std::uint64_t kCount = 100'000;
  for (std::uint64_t i = 0; i < kCount; ++i) EXPECT_TRUE(set.insert(i << 40));
  for (std::uint64_t i = 0; i < kCount; ++i) EXPECT_FALSE(set.insert(i << 40));
  EXPECT_EQ(set.size(), kCount);
  EXPECT_FALSE(set.contains(1));
}

}  // namespace
}  // namespace dragoman
