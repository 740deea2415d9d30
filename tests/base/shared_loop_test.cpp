#include "base/shared_loop.h"

#include "base/worker_pool.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Each;

TEST(SharedLoop, IsTheCallersWithoutHelp) {
  EXPECT_FALSE(has_loop_help());
  std::vector<std::thread::id> threads(5);
  share_loop(threads.size(), [&](std::size_t i) { threads[i] = std::this_thread::get_id(); });
  EXPECT_THAT(threads, Each(std::this_thread::get_id()));
  share_loop(0, [](std::size_t) { FAIL(); });
}

TEST(SharedLoop, DoesEachIndexOnceWithHelp) {
  LoopHelp help;
  EXPECT_FALSE(has_loop_help());
  const std::atomic<bool> wanted = false;
  std::vector<std::jthread> helpers;
  for (int i = 0; i < LoopHelp::kMostHelpers; ++i) {
    help.announce();
    helpers.emplace_back([&] { help.help(wanted); });
  }
  EXPECT_TRUE(has_loop_help());
  for (std::size_t round = 0; round < 20'000; ++round) {
    const std::size_t count = round % 9;
    std::vector<int> visits(count);
    share_loop(count, [&](std::size_t i) { ++visits[i]; });
    ASSERT_THAT(visits, Each(1)) << round;
  }
}

// Each waits for the other, so that one thread alone would never end.
TEST(SharedLoop, HelpersHaveTheirShare) {
  WorkerPool pool(2);
  std::set<std::thread::id> threads;
  pool.run(1, [&](std::size_t) {
    const WorkerPool::Help help(pool);
    while (!has_loop_help()) std::this_thread::yield();
    std::vector<std::thread::id> of_loop(2);
    std::atomic<int> missing = 2;
    share_loop(2, [&](std::size_t i) {
      of_loop[i] = std::this_thread::get_id();
      --missing;
      while (missing > 0) std::this_thread::yield();
    });
    threads = {of_loop.begin(), of_loop.end()};
  });
  EXPECT_EQ(threads.size(), 2u);
}

TEST(SharedLoop, HelpersGoWhereTheyAreWanted) {
  WorkerPool pool(2);
  std::vector<int> visits(100);
  pool.run(1, [&](std::size_t) {
    const WorkerPool::Help help(pool);
    while (!has_loop_help()) std::this_thread::yield();
    std::atomic<bool> done = false;
    pool.post([&] { done = true; });
    while (!done) std::this_thread::yield();
    share_loop(visits.size(), [&](std::size_t i) { ++visits[i]; });
  });
  EXPECT_THAT(visits, Each(1));
}

TEST(SharedLoop, GoesOnWithoutAHelperThatHasNoProcessor) {
  const std::thread::id own = std::this_thread::get_id();
  const std::atomic<bool> wanted = false;
  std::atomic<bool> taken = false;
  std::jthread helper;
  LoopHelp help;
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
  EXPECT_FALSE(has_loop_help());
}

}  // namespace
}  // namespace dragoman
