#include "base/worker_pool.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <pthread.h>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Each;
using ::testing::StrEq;
using ::testing::ThrowsMessage;

// What several threads wait at until all have come.
class Meeting {
 public:
  explicit Meeting(int expected) : missing_(expected) {}
  void come() {
    std::unique_lock lock(mutex_);
    if (--missing_ == 0) all_.notify_all();
    all_.wait(lock, [this] { return missing_ <= 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_;
  int missing_;
};

TEST(WorkerPool, DoesEveryWorkOnce) {
  WorkerPool pool(3);
  for (const std::size_t count : {0, 1, 2, 3, 4, 1000}) {
    std::vector<int> visits(count);
    pool.run(count, [&](std::size_t i) { ++visits[i]; });
    EXPECT_THAT(visits, Each(1)) << count;
  }
}

TEST(WorkerPool, KnowsHowManyOfItsThreadsHaveNothingToDo) {
  WorkerPool pool(3);
  EXPECT_EQ(pool.idle(), 3);
  std::vector<int> idle(2);
  Meeting meeting(2), meeting_end(2);
  pool.run(2, [&](std::size_t i) {
    meeting.come();
    idle[i] = pool.idle();
    meeting_end.come();
  });
  EXPECT_THAT(idle, Each(1));
  EXPECT_EQ(pool.idle(), 3);
}

TEST(WorkerPool, ItsThreadsAreTheSameAtEachCallAndWorkAtOnce) {
  WorkerPool pool(3);
  const auto threads_of_a_call = [&] {
    std::mutex mutex;
    std::set<std::thread::id> ids;
    Meeting meeting(3);
    pool.run(3, [&](std::size_t) {
      meeting.come();
      const std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
    });
    return ids;
  };
  const auto first = threads_of_a_call();
  EXPECT_EQ(first.size(), 3U);
  EXPECT_FALSE(first.contains(std::this_thread::get_id()));
  EXPECT_EQ(threads_of_a_call(), first);
}

TEST(WorkerPool, EachThreadIsPreparedBeforeItWorks) {
  static thread_local bool prepared = false;
  std::atomic<int> count{0};
  WorkerPool pool(3, [&] {
    prepared = true;
    ++count;
  });
  EXPECT_EQ(count, 3);
  std::array<bool, 20> found{};
  pool.run(found.size(), [&](std::size_t i) { found[i] = prepared; });
  EXPECT_THAT(found, Each(true));
}

TEST(WorkerPool, RethrowsTheFirstExceptionAndSkipsTheRest) {
  WorkerPool pool(1);
  int done = 0;
  const auto work = [&](std::size_t i) {
    if (i == 2) throw std::runtime_error("third");
    ++done;
  };
  EXPECT_THAT([&] { pool.run(100, work); }, ThrowsMessage<std::runtime_error>(StrEq("third")));
  EXPECT_EQ(done, 2);
  pool.run(2, work);
  EXPECT_EQ(done, 4) << "the pool works on";
}

// One of two callers fails; the other never hears of it.
TEST(WorkerPool, CallsOfSeveralThreadsAreKeptApart) {
  WorkerPool pool(2);
  const auto caller = [&](std::size_t bad) {
    std::atomic<int> done{0};
    for (int round = 0; round < 200; ++round) {
      try {
        pool.run(10, [&](std::size_t i) {
          if (i == bad) throw std::runtime_error("bad");
          ++done;
        });
      } catch (const std::runtime_error&) {
        if (bad >= 10) return -1;
      }
    }
    return done.load();
  };
  std::vector<std::future<int>> good;
  for (int i = 0; i < 3; ++i) good.push_back(std::async(std::launch::async, caller, 10));
  auto bad = std::async(std::launch::async, caller, 9);
  for (auto& found : good) EXPECT_EQ(found.get(), 2000);
  EXPECT_LE(bad.get(), 1800);
}

TEST(WorkerPool, WhoBringsFewIsNotKeptWaitingByWhoBringsMany) {
  constexpr int kMany = 500;
  WorkerPool pool(1);
  std::atomic<int> done{0};
  std::promise<void> begun, few_done;
  const std::shared_future<void> is_few_done = few_done.get_future().share();
  auto many = std::async(std::launch::async, [&] {
    pool.run(kMany, [&](std::size_t i) {
      if (i == 0) begun.set_value();
      is_few_done.wait_for(std::chrono::milliseconds(10));
      ++done;
    });
  });
  begun.get_future().wait();
  int done_before_few = kMany;
  pool.run(1, [&](std::size_t) { done_before_few = done; });
  few_done.set_value();
  many.get();
  EXPECT_LT(done_before_few, kMany);
  EXPECT_EQ(done, kMany);
}

TEST(WorkerPool, WorkThatCallsDoesItItself) {
  WorkerPool pool(2);
  std::vector<int> visits(12);
  pool.run(4, [&](std::size_t i) {
    const auto mine = std::this_thread::get_id();
    pool.run(3, [&, i](std::size_t k) {
      EXPECT_EQ(std::this_thread::get_id(), mine);
      ++visits[i * 3 + k];
    });
  });
  EXPECT_THAT(visits, Each(1));
}

TEST(WorkerPool, WhatIsPostedIsDoneByItsThreadsWhileOthersGoOn) {
  WorkerPool pool(2);
  EXPECT_TRUE(pool.may_wait());
  std::promise<bool> waits_inside, done;
  std::promise<void> go_on;
  pool.post([&] {
    waits_inside.set_value(pool.may_wait());
    go_on.get_future().wait();
    done.set_value(true);
  });
  EXPECT_FALSE(waits_inside.get_future().get());
  EXPECT_EQ(pool.idle(), 1);
  go_on.set_value();
  EXPECT_TRUE(done.get_future().get());
}

TEST(WorkerPool, ItsLoopCoversEveryIndexOnce) {
  WorkerPool pool(2);
  const ParallelLoop loop = pool.loop();
  for (const std::size_t count : {0, 1, 2, 63, 1000}) {
    std::vector<int> visits(count);
    loop(count, [&](std::size_t begin, std::size_t end) {
      ASSERT_LT(begin, end);
      for (std::size_t i = begin; i < end; ++i) ++visits[i];
    });
    EXPECT_THAT(visits, Each(1)) << count;
  }
}

TEST(WorkerPool, ItsThreadsTakeNoSignals) {
  WorkerPool pool(1);
  sigset_t of_worker;
  sigemptyset(&of_worker);
  pool.run(1, [&](std::size_t) { pthread_sigmask(SIG_BLOCK, nullptr, &of_worker); });
  sigset_t mine;
  pthread_sigmask(SIG_BLOCK, nullptr, &mine);
  for (const int signal : {SIGINT, SIGTERM}) {
    EXPECT_EQ(sigismember(&of_worker, signal), 1);
    EXPECT_EQ(sigismember(&mine, signal), 0) << "the caller's are as before";
  }
}

TEST(WorkerPool, ThreadsWithNothingToDoHelpUntilTheyAreWanted) {
  WorkerPool pool(2);
  std::vector<int> visits(100);
  pool.run(1, [&](std::size_t) {
    const WorkerPool::Help help(pool);
    while (!ask_for_loop_help()) std::this_thread::yield();
    std::atomic<bool> done = false;
    pool.post([&] { done = true; });
    while (!done) std::this_thread::yield();
    share_loop(visits.size(), [&](std::size_t i) { ++visits[i]; });
  });
  EXPECT_THAT(visits, Each(1));
}

}  // namespace
}  // namespace dragoman
