#include "app/cli/signals.h"

#include <csignal>
#include <gtest/gtest.h>
#include <unistd.h>

namespace dragoman {
namespace {

using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;

// Ends the process as the program would.
[[noreturn]] void end_with(const std::function<void(const StopCheck&)>& work) {
  try {
    do_stoppably(work);
  } catch (const Stopped& stopped) {
    ::_exit(stopped.exit_code());
  }
  ::_exit(0);
}

TEST(StopSignals, EndWorkAtItsNextCheck) {
  for (const int number : {SIGINT, SIGTERM}) {
    EXPECT_EXIT(end_with([&](const StopCheck& stop) {
                  stop();
                  std::raise(number);
                  stop();
                  ::_exit(1);
                }),
                ExitedWithCode(128 + number), "");
  }
}

TEST(StopSignals, AreNotForgottenWhereTheWorkIsDone) {
  EXPECT_EXIT(end_with([](const StopCheck&) { std::raise(SIGTERM); }), ExitedWithCode(143), "");
}

TEST(StopSignals, ASecondOneDoesNotWait) {
  EXPECT_EXIT(end_with([](const StopCheck&) {
                std::raise(SIGINT);
                std::raise(SIGTERM);
                ::_exit(1);
              }),
              ExitedWithCode(143), "");
}

TEST(StopSignals, EndTheProgramAgainBehindTheWork) {
  EXPECT_EXIT(
      {
        do_stoppably([](const StopCheck& stop) { stop(); });
        std::raise(SIGTERM);
      },
      KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace dragoman
