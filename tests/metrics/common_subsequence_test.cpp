#include "metrics/common_subsequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using testing::ElementsAre;
using Tokens = std::vector<std::uint32_t>;

TEST(CommonSubsequence, Length) {
  CommonSubsequence common;
  EXPECT_EQ(common.length(Tokens{1, 2, 3, 4}, Tokens{2, 9, 4, 1}), 2u);
  EXPECT_EQ(common.length(Tokens{1, 2}, Tokens{3}), 0u);
  EXPECT_EQ(common.length(Tokens{}, Tokens{1}), 0u);
  EXPECT_EQ(common.length(Tokens{1}, Tokens{}), 0u);
}

TEST(CommonSubsequence, MarksOneOfTheLongestAndKeepsOtherMarks) {
  CommonSubsequence common;
  std::vector<bool> marks{true, false, false, false};
  common.mark(Tokens{1, 2, 3, 2}, Tokens{2, 3}, marks);
  EXPECT_THAT(marks, ElementsAre(true, true, true, false));
}

TEST(CommonSubsequence, BetweenEqualWaysDropsTheLastOfTheMarked) {
  CommonSubsequence common;
  std::vector<bool> marks(2);
  common.mark(Tokens{1, 2}, Tokens{2, 1}, marks);
  EXPECT_THAT(marks, ElementsAre(true, false));
}

}  // namespace
}  // namespace dragoman
