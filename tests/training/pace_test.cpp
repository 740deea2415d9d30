#include "training/course/pace.h"

#include <gtest/gtest.h>
#include <utility>

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

TEST(Forecast, IsToldOnceWhenThereIsEnoughToKnow) {
  Forecast forecast;
  EXPECT_EQ(forecast.due(59, 100), std::nullopt);
  EXPECT_EQ(forecast.due(61, std::nullopt), std::nullopt) << "no end is known";
  EXPECT_EQ(forecast.due(62, 3110), "about 52 minutes");
  EXPECT_EQ(forecast.due(63, 3100), std::nullopt);
}

TEST(Forecast, HasNoMoreDigitsThanItDeserves) {
  const std::pair<double, const char*> rows[] = {
      {0.2, "about 1 second"},     {42, "about 42 seconds"},    {100, "about 2 minutes"},    {8'000, "about 2.2 hours"},
      {100'000, "about 28 hours"}, {200'000, "about 2.3 days"}, {3'600'000, "about 42 days"}};
  for (const auto& [seconds, text] : rows) EXPECT_EQ(Forecast().due(60, seconds), text);
}

}  // namespace
}  // namespace dragoman
