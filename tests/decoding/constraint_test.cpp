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

TEST(Constraint, NoNgramComesTwice) {
  const NoRepeatNgram two(2), one(1), three(3);
  const Ids prefix{5, 6, 7, 5, 8, 5};
  EXPECT_FALSE(behind(prefix, two).contains(6));
  EXPECT_FALSE(behind(prefix, two).contains(8));
  EXPECT_TRUE(behind(prefix, two).contains(7));
  EXPECT_FALSE(behind(prefix, one).contains(7));
  EXPECT_TRUE(behind(prefix, one).contains(9));
  EXPECT_TRUE(behind(prefix, three).contains(6));
  EXPECT_FALSE(behind({1, 2, 3, 1, 2}, three).contains(3));
  EXPECT_TRUE(behind({1, 2}, three).contains(1));
  EXPECT_FALSE(behind({4, 4}, two).contains(4)) << "overlapping ones count";
  EXPECT_TRUE(behind({4}, two).contains(4));
}

TEST(Constraint, ForbiddenSequencesDoNotCome) {
  const ForbiddenSequences forbidden({{1, 2, 3}, {7}});
  EXPECT_FALSE(behind({}, forbidden).contains(7));
  EXPECT_TRUE(behind({}, forbidden).contains(3));
  EXPECT_FALSE(behind({9, 1, 2}, forbidden).contains(3));
  EXPECT_TRUE(behind({9, 1, 2, 4}, forbidden).contains(3));
  EXPECT_TRUE(behind({2}, forbidden).contains(3));
}

}  // namespace
}  // namespace dragoman
