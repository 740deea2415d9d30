#include "base/shared_loop.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Each;

// Of helpers that must not leave before they are needed, however busy the machine is.
constexpr std::chrono::minutes kLong{5};

TEST(SharedLoop, IsTheCallersWithoutHelp) {
  EXPECT_FALSE(ask_for_loop_help());
  std::vector<std::thread::id> threads(5);
  share_loop(threads.size(), [&](std::size_t i) { threads[i] = std::this_thread::get_id(); });
  EXPECT_THAT(threads, Each(std::this_thread::get_id()));
  share_loop(0, [](std::size_t) { FAIL(); });
}

TEST(SharedLoop, CallsHelpersAtTheFirstQuestion) {
  int calls = 0;
  const LoopHelp help([&] { ++calls; });
  share_loop(2, [](std::size_t) {});
  EXPECT_EQ(calls, 0);
  EXPECT_FALSE(ask_for_loop_help());
  EXPECT_FALSE(ask_for_loop_help());
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(help.shared());
}

TEST(SharedLoop, DoesEachIndexOnceWithHelp) {
  const std::atomic<bool> wanted = false;
  std::vector<std::jthread> helpers;
  LoopHelp help({}, kLong);
  for (int i = 0; i < LoopHelp::kMostHelpers; ++i) {
    help.announce();
    helpers.emplace_back([&] { help.help(wanted); });
  }
  EXPECT_TRUE(ask_for_loop_help());
  for (std::size_t round = 0; round < 20'000; ++round) {
    const std::size_t count = round % 9;
    std::vector<int> visits(count);
    share_loop(count, [&](std::size_t i) { ++visits[i]; });
    ASSERT_THAT(visits, Each(1)) << round;
  }
}

// Each waits for the other, so that one thread alone would never end.
TEST(SharedLoop, HelpersHaveTheirShare) {
  const std::atomic<bool> wanted = false;
  std::jthread helper;
  LoopHelp help({}, kLong);
  help.announce();
  helper = std::jthread([&] { help.help(wanted); });
  std::vector<std::thread::id> threads(2);
  std::atomic<int> missing = 2;
  share_loop(2, [&](std::size_t i) {
    threads[i] = std::this_thread::get_id();
    --missing;
    while (missing > 0) std::this_thread::yield();
  });
  EXPECT_NE(threads[0], threads[1]);
  EXPECT_TRUE(help.shared());
}

TEST(SharedLoop, HelpersLeaveWhenThereIsNothingToDo) {
  const std::atomic<bool> wanted = false;
  LoopHelp help({}, std::chrono::milliseconds(1));
  help.announce();
  std::jthread([&] { help.help(wanted); }).join();
  EXPECT_FALSE(ask_for_loop_help());
}

TEST(SharedLoop, GoesOnWithoutAHelperThatHasNoProcessor) {
  const std::thread::id own = std::this_thread::get_id();
  const std::atomic<bool> wanted = false;
  std::atomic<bool> taken = false;
  std::jthread helper;
  LoopHelp help({}, kLong);
  help.announce();
  helper = std::jthread([&] { help.help(wanted); });
  share_loop(2, [&](std::size_t) {
    if (std::this_thread::get_id() == own) {
      while (!taken) std::this_thread::yield();
    } else {
      taken = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  EXPECT_TRUE(help.stalled());
  EXPECT_FALSE(ask_for_loop_help());
}

}  // namespace
}  // namespace dragoman
