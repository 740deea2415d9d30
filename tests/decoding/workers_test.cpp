#include "decoding/engine/workers.h"

#include <ATen/Parallel.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

// LibTorch's threads in each of `count` works.
std::vector<int> threads_in_works(const Workers& workers, std::size_t count, Occupancy occupancy) {
  std::vector<int> threads(count);
  workers.run(
      count, [&](std::size_t i) { threads[i] = at::get_num_threads(); }, occupancy);
  return threads;
}

TEST(Workers, HaveOneThreadEachOrShareAll) {
  const Workers workers(4, torch::kCPU);
  EXPECT_EQ(workers.count(), 4);
  EXPECT_THAT(threads_in_works(workers, 8, Occupancy::one_thread_each), Each(1));
  EXPECT_THAT(threads_in_works(workers, 2, Occupancy::all_threads), Each(2));
  EXPECT_THAT(threads_in_works(workers, 1, Occupancy::all_threads), Each(4));
  EXPECT_THAT(threads_in_works(workers, 8, Occupancy::all_threads), Each(1));
  EXPECT_THAT(threads_in_works(workers, 2, Occupancy::one_thread_each), Each(1)) << "as if nothing had been";
}

TEST(Workers, LeaveTheThreadsOfOthersAsTheyAre) {
  const int before = at::get_num_threads();
  at::set_num_threads(3);
  const Workers workers(2, torch::kCPU);
  EXPECT_EQ(at::get_num_threads(), 3);
  for (const Occupancy occupancy : {Occupancy::one_thread_each, Occupancy::all_threads}) {
    for (const std::size_t count : {1, 2}) {
      threads_in_works(workers, count, occupancy);
      EXPECT_EQ(at::get_num_threads(), 3);
      int of_another = 0;
      std::jthread([&] { of_another = at::get_num_threads(); }).join();
      EXPECT_EQ(of_another, 3) << "a thread that is started now";
    }
  }
  at::set_num_threads(before);
}

TEST(Workers, TheirNumberHasALimit) {
  EXPECT_THAT([] { Workers(1025, torch::kCPU); }, ThrowsMessage<std::invalid_argument>(HasSubstr("--threads is 1025")));
  EXPECT_GE(Workers(0, torch::kCPU).count(), 1);
}

}  // namespace
}  // namespace dragoman
