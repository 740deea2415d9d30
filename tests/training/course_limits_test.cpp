#include "training/course/course_limits.h"

#include <gtest/gtest.h>
#include <optional>

namespace dragoman {
namespace {

TrainingProgress progress_at(std::int64_t step, std::int64_t epoch, double seconds, int stalled) {
  TrainingProgress progress;
  progress.step = step;
  progress.epoch = epoch;
  progress.seconds = seconds;
  progress.stalled = stalled;
  return progress;
}

TEST(CourseLimits, NameTheOptionThatEndsTheTraining) {
  const LimitOptions limits{100, 5, 2, 3};
  EXPECT_EQ(limit_reached(limits, progress_at(99, 4, 119, 2)), std::nullopt);
  EXPECT_EQ(limit_reached(limits, progress_at(100, 5, 120, 3)), "--max-steps 100");
  EXPECT_EQ(limit_reached(limits, progress_at(99, 5, 0, 0)), "--max-epochs 5");
  EXPECT_EQ(limit_reached(limits, progress_at(99, 4, 120, 0)), "--max-time 2");
  EXPECT_EQ(limit_reached(limits, progress_at(99, 4, 119, 3)), "--patience 3");
  EXPECT_EQ(limit_reached({0, 0, 0, 0}, progress_at(1'000'000, 1000, 1e9, 100)), std::nullopt);
}

TEST(CourseLimits, TheNearestSaysHowFarTheTrainingIs) {
  EXPECT_EQ(fraction_done({0, 0, 0, 10}, progress_at(50, 2, 10, 9), 0), std::nullopt);
  EXPECT_EQ(fraction_done({100, 0, 0, 0}, progress_at(25, 2, 10, 0), 0.5), 0.25);
  EXPECT_EQ(fraction_done({100, 5, 0, 0}, progress_at(25, 2, 10, 0), 0.5), 0.5);
  EXPECT_EQ(fraction_done({100, 5, 1, 0}, progress_at(25, 2, 45, 0), 0.5), 0.75);
  EXPECT_EQ(fraction_done({100, 5, 1, 0}, progress_at(200, 2, 45, 0), 0.5), 1.0);
  EXPECT_EQ(fraction_done({100, 0, 0, 0}, progress_at(0, 0, 0, 0), 0), 0.0);
}

TEST(CourseLimits, ACosineEndsWithTheFirstOfStepsAndPasses) {
  const std::optional<std::int64_t> updates = 30;
  EXPECT_EQ(schedule_end({0, 4, 0, 0}, Schedule::cosine, updates), 120);
  EXPECT_EQ(schedule_end({100, 4, 0, 0}, Schedule::cosine, updates), 100);
  EXPECT_EQ(schedule_end({200, 4, 0, 0}, Schedule::cosine, updates), 120);
  EXPECT_EQ(schedule_end({200, 0, 0, 0}, Schedule::cosine, std::nullopt), 200);
  EXPECT_EQ(schedule_end({200, 4, 0, 0}, Schedule::inverse_sqrt, std::nullopt), 200);
}

}  // namespace
}  // namespace dragoman
