#include "app/cli/progress_bar.h"

#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

Progress some_progress() {
  Progress progress;
  progress.position = "450/900 lines";
  progress.fraction = 0.5;
  progress.tokens_per_second = 9931.4;
  progress.loss = 3.2141;
  progress.remaining = 42;
  return progress;
}

TEST(FormatDuration, ChangesUnits) {
  EXPECT_EQ(format_duration(0), "0 s");
  EXPECT_EQ(format_duration(41.6), "42 s");
  EXPECT_EQ(format_duration(59.6), "1:00");
  EXPECT_EQ(format_duration(187), "3:07");
  EXPECT_EQ(format_duration(3600 + 2 * 60 + 3), "1:02:03");
  EXPECT_EQ(format_duration(100 * 3600), "100:00:00");
  EXPECT_EQ(format_duration(-1), "0 s");
}

TEST(FormatProgressLine, NamesEveryFigure) {
  EXPECT_EQ(format_progress_line(some_progress()), "450/900 lines, 9931 tokens/s, loss 3.214, 42 s left");
}

TEST(FormatProgressLine, LeavesOutWhatIsUnknown) {
  Progress progress;
  progress.position = "12 lines";
  progress.elapsed = 65;
  EXPECT_EQ(format_progress_line(progress), "12 lines, 1:05");
}

TEST(FormatProgressBar, FillsTheBar) {
  EXPECT_EQ(format_progress_bar(some_progress(), 80, false),
            "[==========>          ] 450/900 lines  9931 tokens/s  loss 3.214  42 s left");
  Progress progress;
  progress.position = "step 0";
  progress.fraction = 0;
  EXPECT_EQ(format_progress_bar(progress, 40, false), "[                     ] step 0  0 s");
  progress.fraction = 1;
  EXPECT_EQ(format_progress_bar(progress, 40, false), "[=====================] step 0  0 s");
}

TEST(FormatProgressBar, NeverExceedsTheWidth) {
  for (int width = 0; width <= 120; ++width) {
    const std::string text = format_progress_bar(some_progress(), width, false);
    EXPECT_LE(text.size(), static_cast<std::size_t>(width));
  }
}

TEST(FormatProgressBar, GivesUpTheBarFirstThenFiguresFromTheRight) {
  EXPECT_EQ(format_progress_bar(some_progress(), 52, false), "450/900 lines  9931 tokens/s  loss 3.214  42 s left");
  EXPECT_EQ(format_progress_bar(some_progress(), 42, false), "450/900 lines  9931 tokens/s  loss 3.214");
  EXPECT_EQ(format_progress_bar(some_progress(), 15, false), "450/900 lines");
  EXPECT_EQ(format_progress_bar(some_progress(), 5, false), "450/9");
}

TEST(FormatProgressBar, ColoursOnlyOnRequest) {
  EXPECT_NE(format_progress_bar(some_progress(), 80, true).find("\x1b[32m"), std::string::npos);
  EXPECT_EQ(format_progress_bar(some_progress(), 80, false).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace dragoman
