#include "training/pace.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(Pace, CountsThisRunAlone) {
  Pace pace;
  // Half of the way took 1,000 seconds of earlier runs.
  EXPECT_EQ(pace.remaining(0.5, 1000), std::nullopt);
  EXPECT_DOUBLE_EQ(pace.remaining(0.6, 1001).value(), 4);
  EXPECT_DOUBLE_EQ(pace.remaining(0.75, 1005).value(), 5);
  EXPECT_DOUBLE_EQ(pace.remaining(1, 1006).value(), 0);
}

TEST(Pace, StartsAnewWhereATrainingWentBack) {
  Pace pace;
  pace.remaining(0.5, 0);
  pace.remaining(0.6, 100);
  EXPECT_EQ(pace.remaining(0.4, 101), std::nullopt);
  EXPECT_DOUBLE_EQ(pace.remaining(0.5, 102).value(), 5);
}

}  // namespace
}  // namespace dragoman
