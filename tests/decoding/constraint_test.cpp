#include "decoding/search/constraint.h"

#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using Ids = std::vector<std::int32_t>;

AllowedIds behind(const Ids& prefix, const Constraint& constraint) {
  AllowedIds allowed;
  constraint.restrict(prefix, allowed);
  return allowed;
}

TEST(Constraint, ForbiddenIdsFollowNothing) {
  const ForbiddenIds forbidden({3, 7});
  for (const Ids& prefix : {Ids{}, Ids{4, 5}}) {
    EXPECT_FALSE(behind(prefix, forbidden).contains(3));
    EXPECT_FALSE(behind(prefix, forbidden).contains(7));
    EXPECT_TRUE(behind(prefix, forbidden).contains(0));
  }
}

TEST(Constraint, TheEndWaitsForTheMinimumLength) {
  const MinimumLength two(9, 2);
  EXPECT_FALSE(behind({}, two).contains(9));
  EXPECT_FALSE(behind({1}, two).contains(9));
  EXPECT_TRUE(behind({1}, two).contains(8));
  EXPECT_TRUE(behind({1, 1}, two).contains(9));
}

TEST(Constraint, NothingButTheEndFollowsTheLastPlace) {
  const EndOfSentence two(9, 2);
  EXPECT_TRUE(behind({1}, two).contains(8));
  EXPECT_TRUE(behind({1}, two).contains(9));
  for (const Ids& prefix : {Ids{1, 1}, Ids{1, 1, 1}}) {
    EXPECT_FALSE(behind(prefix, two).contains(8));
    EXPECT_TRUE(behind(prefix, two).contains(9));
  }
}

}  // namespace
}  // namespace dragoman
