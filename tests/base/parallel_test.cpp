#include "base/parallel.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <sched.h>
#include <set>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Each;
using ::testing::StrEq;
using ::testing::ThrowsMessage;

TEST(ParallelForTest, CoversEveryIndexOnce) {
  for (const std::size_t count : {0, 1, 2, 7, 64, 1000}) {
    for (const int threads : {-1, 0, 1, 2, 3, 16}) {
      std::vector<int> visits(count);
      parallel_for(count, threads, [&](std::size_t begin, std::size_t end) {
        ASSERT_LT(begin, end);
        ASSERT_LE(end, count);
        for (std::size_t i = begin; i < end; ++i) ++visits[i];
      });
      EXPECT_THAT(visits, Each(1)) << count << " items, " << threads << " threads";
    }
  }
}

#if !defined(__SANITIZE_ADDRESS__)
// Where the threads' stacks find no place.
TEST(ParallelForTest, WorksWithoutThreads) {
  const auto work_in_little_memory = [] {
    std::int64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const auto size = static_cast<rlim_t>(pages * ::sysconf(_SC_PAGESIZE) + (2 << 20));
    const rlimit limit{size, size};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) std::_Exit(2);
    std::atomic<std::size_t> done{0};
    parallel_for(1000, 50, [&](std::size_t begin, std::size_t end) { done += end - begin; });
    std::_Exit(done == 1000 ? 0 : 1);
  };
  EXPECT_EXIT(work_in_little_memory(), ::testing::ExitedWithCode(0), "");
}
#endif

TEST(ParallelForTest, WorksInAsManyThreadsAsAsked) {
  std::mutex mutex;
  std::set<std::thread::id> ids;
  parallel_for(1000, 3, [&](std::size_t, std::size_t) {
    // Waits until all three have come, so that a quick one cannot take all blocks.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
      {
        const std::lock_guard lock(mutex);
        ids.insert(std::this_thread::get_id());
        if (ids.size() == 3 || std::chrono::steady_clock::now() > deadline) return;
      }
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_TRUE(ids.contains(std::this_thread::get_id()));
}

TEST(ParallelForTest, RethrowsAndSkipsTheRest) {
  for (const int threads : {1, 4}) {
    std::atomic<std::size_t> done{0};
    auto run = [&] {
      parallel_for(100'000, threads, [&](std::size_t begin, std::size_t end) {
        if (begin == 0) throw std::runtime_error("first block");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        done += end - begin;
      });
    };
    EXPECT_THAT(run, ThrowsMessage<std::runtime_error>(StrEq("first block")));
    EXPECT_LT(done, 90'000u);
  }
}

TEST(AvailableCoresTest, FollowsTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(available_cores(), CPU_COUNT(&before));
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
    if (CPU_ISSET(cpu, &before)) CPU_SET(cpu, &one);
  }
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(available_cores(), 1);
  ASSERT_EQ(::sched_setaffinity(0, sizeof before, &before), 0);
}

TEST(ThreadsOrAll, NoneIsAll) {
  EXPECT_EQ(threads_or_all(0), available_cores());
  EXPECT_EQ(threads_or_all(3), 3);
}

}  // namespace
}  // namespace dragoman
