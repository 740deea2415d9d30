#include "model/parallel_parts.h"

#include <ATen/Parallel.h>

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

#if defined(__SANITIZE_THREAD__) || defined(__clang__)
constexpr bool kSerial = true;  // see model/CMakeLists.txt
#else
constexpr bool kSerial = false;
#endif

class ParallelPartsTest : public testing::Test {
 protected:
  ParallelPartsTest() : threads_(at::get_num_threads()) { at::set_num_threads(2); }
  ~ParallelPartsTest() override { at::set_num_threads(threads_); }
  void SetUp() override {
    if (kSerial) GTEST_SKIP() << "compiled without OpenMP";
  }

 private:
  int threads_;
};

using Parts = std::map<std::pair<std::int64_t, std::int64_t>, std::thread::id>;

Parts parts_of(std::int64_t begin, std::int64_t end, std::int64_t least) {
  std::mutex mutex;
  Parts parts;
  parallel_parts(begin, end, least, [&](std::int64_t first, std::int64_t last) {
    const std::lock_guard lock(mutex);
    parts[{first, last}] = std::this_thread::get_id();
  });
  return parts;
}

TEST_F(ParallelPartsTest, EachThreadTakesAPart) {
  const Parts parts = parts_of(3, 13, 1);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_NE(parts.at({3, 8}), parts.at({8, 13}));
}

TEST_F(ParallelPartsTest, FewNumbersAreOnePart) {
  EXPECT_EQ(parts_of(0, 10, 10).size(), 1u);
  EXPECT_TRUE(parts_of(5, 5, 1).empty());
}

TEST_F(ParallelPartsTest, OneThreadHasOnePart) {
  at::set_num_threads(1);
  EXPECT_EQ(parts_of(0, 10, 1), (Parts{{{0, 10}, std::this_thread::get_id()}}));
}

TEST_F(ParallelPartsTest, APartIsNotDividedAgain) {
  std::atomic<int> inner{0};
  parallel_parts(0, 2, 1, [&](std::int64_t, std::int64_t) {
    parallel_parts(0, 10, 1, [&](std::int64_t, std::int64_t) { ++inner; });
  });
  EXPECT_EQ(inner, 2);
}

TEST_F(ParallelPartsTest, WhatAPartThrowsComesOut) {
  const auto refuse = [](std::int64_t begin, std::int64_t) {
    if (begin > 0) throw std::runtime_error("the second");
  };
  EXPECT_THROW(parallel_parts(0, 2, 1, refuse), std::runtime_error);
}

TEST_F(ParallelPartsTest, AThreadThatIsFreeTakesTheNext) {
  constexpr std::int64_t kCount = 20;
  std::mutex mutex;
  std::multiset<std::int64_t> done;
  const auto all_others_are_done = [&] {
    const std::lock_guard lock(mutex);
    return done.size() == kCount - 1;
  };
  parallel_each(kCount, [&](std::int64_t i) {
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (i == 0 && !all_others_are_done()) {
      if (std::chrono::steady_clock::now() > late) throw std::runtime_error("nobody did the others");
      std::this_thread::yield();
    }
    const std::lock_guard lock(mutex);
    done.insert(i);
  });
  EXPECT_EQ(done.size(), static_cast<std::size_t>(kCount));
  EXPECT_EQ(std::set(done.begin(), done.end()).size(), static_cast<std::size_t>(kCount));
}

}  // namespace
}  // namespace dragoman
