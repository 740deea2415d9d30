#include "training/data/batch_budget.h"

#include "tests/base/sanitizer.h"
#include "tests/model/devices.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

// A machine with memory for so many tokens; `tried` collects the budgets rehearsed.
Rehearsal machine_of(std::int64_t tokens, std::vector<std::int64_t>& tried) {
  return [tokens, &tried](std::int64_t budget) {
    tried.push_back(budget);
    if (budget > tokens) throw std::bad_alloc();
  };
}

BatchMemory of_this_machine() {
  return batch_memory_of(torch::kCPU);
}

TEST(BatchBudget, KnowsWhatAllocatorsThrow) {
  EXPECT_TRUE(is_out_of_memory(std::bad_alloc()));
  EXPECT_TRUE(is_out_of_memory(c10::OutOfMemoryError({__func__, __FILE__, 1}, "CUDA out of memory")));
  EXPECT_TRUE(is_out_of_memory(std::runtime_error("DefaultCPUAllocator: can't allocate memory: you tried ...")));
  EXPECT_TRUE(is_out_of_memory(std::runtime_error("could not create a primitive")));
  EXPECT_FALSE(is_out_of_memory(std::runtime_error("could not create a primitive descriptor for a matmul")));
  EXPECT_FALSE(is_out_of_memory(std::runtime_error("the gradients are not finite")));
}

TEST(BatchBudget, IsHalvedUntilItFits) {
  std::vector<std::int64_t> tried;
  std::vector<std::string> notices;
  const auto tell = [&](const std::string& line) { notices.push_back(line); };
  EXPECT_EQ(budget_that_fits(4096, 100, machine_of(5000, tried), tell), 4096);
  EXPECT_THAT(notices, IsEmpty());
  tried.clear();
  EXPECT_EQ(budget_that_fits(4096, 100, machine_of(1100, tried), tell), 1024);
  EXPECT_THAT(tried, ElementsAre(4096, 2048, 1024));
  EXPECT_THAT(notices, ElementsAre("there is no memory for batches of 4096 tokens: training with 1024"));
  EXPECT_THAT([&] { budget_that_fits(4096, 1000, machine_of(900, tried), tell); },
              ThrowsMessage<std::runtime_error>(HasSubstr("no memory for batches of even 1024 tokens")));
}

TEST(BatchBudget, OtherErrorsAreNotForIt) {
  const auto fails = [](std::int64_t) { throw std::logic_error("another"); };
  EXPECT_THROW(budget_that_fits(4096, 1, fails, {}), std::logic_error);
  EXPECT_THROW(largest_budget(1024, 4096, fails, of_this_machine()), std::logic_error);
}

TEST(BatchBudget, TheLargestIsFoundByDoubling) {
  std::vector<std::int64_t> tried;
  EXPECT_EQ(largest_budget(1024, 16384, machine_of(5000, tried), of_this_machine()), 4096);
  EXPECT_THAT(tried, ElementsAre(1024, 2048, 4096, 8192));
  EXPECT_EQ(largest_budget(1024, 5000, machine_of(1 << 20, tried), of_this_machine()), 4096);
  EXPECT_THAT([&] { largest_budget(1024, 16384, machine_of(1000, tried), of_this_machine()); },
              ThrowsMessage<std::runtime_error>(HasSubstr("even 1024 tokens")));
}

// Linux hands out more than it has, so that a process dies where it should have been refused.
TEST(BatchBudget, StopsBeforeTheMemoryIsGone) {
  if (kAddressSanitizer) GTEST_SKIP() << "the sanitizer's allocator keeps what is freed, to see whether it is used";
  std::int64_t last = 0;
  const auto rehearse = [&](std::int64_t budget) {
    last = budget;
    const std::vector<char> memory(static_cast<std::size_t>(20'000 * budget), 1);
    ASSERT_EQ(memory.back(), 1);
  };
  BatchMemory small = of_this_machine();
  small.available = [] { return std::int64_t{300'000'000}; };
  EXPECT_EQ(largest_budget(1024, 1 << 20, rehearse, small), last);
  EXPECT_EQ(last, 8192) << "160 MB fit; the next would take all";
}

// A GPU's memory, of which the machine knows nothing.
TEST(BatchBudget, AsksTheMemoryThatBatchesAreMadeIn) {
  constexpr std::int64_t kModel = 50'000'000;
  MemoryUse use{kModel, 200'000'000};
  const BatchMemory memory{[] { return std::int64_t{300'000'000}; }, [&] { return use; }, [&] { use.peak = use.now; }};
  const auto rehearse = [&](std::int64_t budget) { use.peak = std::max(use.peak, kModel + 20'000 * budget); };
  EXPECT_EQ(largest_budget(1024, 1 << 20, rehearse, memory), 8192);
}

class BatchMemoryTest : public DeviceTest {};

TEST_P(BatchMemoryTest, SeesWhatTensorsTake) {
  if (kAddressSanitizer) GTEST_SKIP() << "the sanitizer's allocator keeps what is freed, to see whether it is used";
  constexpr std::int64_t kBytes = 100'000'000;
  const BatchMemory memory = batch_memory_of(device());
  release_free_memory();
  memory.forget_peak();
  const std::int64_t before = memory.use().now;
  EXPECT_GT(memory.available(), kBytes);
  {
    const torch::Tensor taken = at::ones({kBytes}, at::TensorOptions(device()).dtype(torch::kInt8));
    EXPECT_GT(memory.use().now, before + kBytes * 9 / 10);
  }
  EXPECT_GT(memory.use().peak, before + kBytes * 9 / 10);
  release_free_memory();
  memory.available();  // of a GPU, gives back what its allocator keeps
  memory.forget_peak();
  EXPECT_LT(memory.use().peak, before + kBytes * 9 / 10);
}

INSTANTIATE_TEST_SUITE_P(Devices, BatchMemoryTest, ::testing::ValuesIn(tested_devices()), device_name);

}  // namespace
}  // namespace dragoman
