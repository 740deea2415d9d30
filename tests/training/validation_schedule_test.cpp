#include "training/course/validation_schedule.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TrainingProgress at(std::int64_t step, std::int64_t batch_in_epoch, std::int64_t validated_step) {
  TrainingProgress progress;
  progress.step = step;
  progress.batch_in_epoch = batch_in_epoch;
  progress.validated_step = validated_step;
  return progress;
}

TEST(ValidationSchedule, ComesAtItsIntervalOrAtTheEndOfAPass) {
  ValidationSchedule each_fourth(4), each_pass(0);
  for (std::int64_t step = 0; step < 4; ++step) {
    EXPECT_FALSE(each_fourth.is_due(at(step, step, 0), false)) << step;
    EXPECT_FALSE(each_pass.is_due(at(step, step, 0), false)) << step;
  }
  EXPECT_TRUE(each_fourth.is_due(at(4, 4, 0), false));
  EXPECT_FALSE(each_fourth.is_due(at(4, 4, 4), false)) << "once for a step";
  EXPECT_FALSE(each_fourth.is_due(at(5, 0, 4), false));
  EXPECT_TRUE(each_pass.is_due(at(5, 0, 0), false));
  EXPECT_FALSE(each_pass.is_due(at(6, 1, 5), false));
}

TEST(ValidationSchedule, MakesUpForOneThatFellOnASkippedUpdate) {
  for (const std::int64_t interval : {4, 0}) {
    ValidationSchedule schedule(interval);
    EXPECT_FALSE(schedule.is_due(at(4, 0, 0), true));
    EXPECT_FALSE(schedule.is_due(at(5, 1, 0), true));
    EXPECT_TRUE(schedule.is_due(at(6, 2, 0), false));
    EXPECT_FALSE(schedule.is_due(at(6, 2, 6), false));
    EXPECT_FALSE(schedule.is_due(at(7, 3, 6), false));
  }
}

}  // namespace
}  // namespace dragoman
