#include "base/memory.h"

#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <sys/mman.h>
#include <vector>

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

TEST(Memory, GivesBackWhatTheAllocatorKeeps) {
  constexpr std::int64_t kBlocks = 200'000, kBlock = 1000;
  const std::int64_t before = memory_use().now;
  {
    std::vector<std::unique_ptr<char[]>> blocks;
    for (std::int64_t i = 0; i < kBlocks; ++i) {
      blocks.push_back(std::make_unique<char[]>(kBlock));
      std::memset(blocks.back().get(), 1, kBlock);
    }
    EXPECT_GT(memory_use().now, before + kBlocks * kBlock);
  }
  release_free_memory();
  EXPECT_LT(memory_use().now, before + kBlocks * kBlock / 10);
}

TEST(Memory, SomeIsAvailable) {
  EXPECT_GT(available_memory(), 1'000'000);
}

}  // namespace
}  // namespace dragoman
