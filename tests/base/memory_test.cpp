#include "base/memory.h"

#include <cstring>
#include <gtest/gtest.h>
#include <sys/mman.h>

namespace dragoman {
namespace {

TEST(Memory, SeesWhatIsTakenAndGivenBack) {
  constexpr std::int64_t kSize = 200'000'000, kMost = kSize * 9 / 10;
  const MemoryUse before = memory_use();
  EXPECT_GT(before.now, 0);
  EXPECT_GE(before.peak, before.now);
  // Not by an allocator, which may keep what it is given back.
  void* memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, kSize);
  EXPECT_GT(memory_use().now, before.now + kMost);
  ::munmap(memory, kSize);
  EXPECT_LT(memory_use().now, before.now + kMost);
  EXPECT_GT(memory_use().peak, before.now + kMost);
  reset_memory_peak();
  EXPECT_LT(memory_use().peak, before.now + kMost);
}

TEST(Memory, SomeIsAvailable) {
  EXPECT_GT(available_memory(), 1'000'000);
}

}  // namespace
}  // namespace dragoman
