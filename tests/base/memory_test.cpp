#include "base/memory.h"

#include "tests/base/sanitizer.h"
#include "tests/data/temporary_folder.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
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
  if (kAddressSanitizer) GTEST_SKIP() << "the sanitizer's allocator keeps what is freed, to see whether it is used";
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

// A system of files that say what memory there is.
class AvailableMemoryTest : public TemporaryFolderTest {
 protected:
  AvailableMemoryTest() {
    put("proc/meminfo", "MemTotal:       9000000 kB\nMemFree:   100 kB\nMemAvailable:   8000000 kB\n");
  }

  void put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write(name, text);
  }

  void put_group(const std::string& name, const std::string& limit, std::int64_t used, std::int64_t cache) const {
    put("cgroup/" + name + "/memory.max", limit + "\n");
    put("cgroup/" + name + "/memory.high", "max\n");
    put("cgroup/" + name + "/memory.current", fmt::format("{}\n", used));
    put("cgroup/" + name + "/memory.stat",
        fmt::format("anon {}\nfile {}\ninactive_file {}\nactive_file {}\nslab_reclaimable 10\n", used - cache, cache,
                    cache / 2, cache / 2));
  }

  SystemRoots roots() const { return {folder_ / "proc", folder_ / "cgroup"}; }
  std::int64_t available() const { return available_memory(roots()); }
};

TEST_F(AvailableMemoryTest, IsTheMachinesWithoutAGroup) {
  EXPECT_EQ(available(), 8'192'000'000);
  put("proc/self/cgroup", "0::/\n");
  put_group("", "max", 5'000, 0);
  EXPECT_EQ(available(), 8'192'000'000);
}

TEST_F(AvailableMemoryTest, CountsFilesThatWereRead) {
  put("proc/self/cgroup", "0::/\n");
  put_group("", "4000000000", 3'900'000'000, 3'000'000'000);
  EXPECT_EQ(available(), 3'100'000'010) << "a large corpus fills the page cache of a container";
}

TEST_F(AvailableMemoryTest, CountsTheLimitsOfNestedGroups) {
  put("proc/self/cgroup", "0::/user.slice/job.scope\n");
  put_group("user.slice", "2000000000", 500'000'000, 0);
  put_group("user.slice/job.scope", "max", 1'000'000, 0);
  EXPECT_EQ(available(), 1'500'000'010);
  put_group("user.slice/job.scope", "1000000", 200'000, 0);
  EXPECT_EQ(available(), 800'010);
  put("cgroup/user.slice/job.scope/memory.high", "300000\n");
  EXPECT_EQ(available(), 100'010);
  put_group("user.slice/job.scope", "1000", 200'000, 0);
  EXPECT_EQ(available(), 0) << "a limit that was lowered behind what is used";
}

// A container whose root shows as /sys/fs/cgroup has the name that it has outside, or one above its root.
TEST_F(AvailableMemoryTest, KnowsTheRootWhereNamesAreOfAnotherWorld) {
  put_group("", "3000000", 1'000'000, 0);
  for (const std::string name : {"/docker/0123abc", "/../../job", "/"}) {
    put("proc/self/cgroup", "0::" + name + "\n");
    EXPECT_EQ(available(), 2'000'010) << name;
  }
}

TEST_F(AvailableMemoryTest, ReadsTheFirstVersionOfGroups) {
  put("proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/job\n3:cpuset:/\n0::/\n");
  put("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  put("cgroup/memory/memory.usage_in_bytes", "500\n");
  put("cgroup/memory/job/memory.limit_in_bytes", "1000000\n");
  put("cgroup/memory/job/memory.usage_in_bytes", "900000\n");
  put("cgroup/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 300000\ntotal_active_file 400000\n");
  EXPECT_EQ(available(), 800'000);
}

TEST_F(AvailableMemoryTest, KnowsTheMachinesAndTheLeastLimit) {
  EXPECT_EQ(machine_memory(roots()), 9'216'000'000);
  put("proc/self/cgroup", "0::/user.slice/job.scope\n");
  EXPECT_EQ(memory_limit_of_groups(roots()), std::nullopt);
  put_group("user.slice", "2000000000", 500'000'000, 0);
  put_group("user.slice/job.scope", "max", 1'000'000, 0);
  EXPECT_EQ(memory_limit_of_groups(roots()), 2'000'000'000);
  put("cgroup/user.slice/job.scope/memory.high", "300000\n");
  EXPECT_EQ(memory_limit_of_groups(roots()), 300'000);
}

TEST_F(AvailableMemoryTest, TakesTheLargestNumberOfTheFirstVersionForNoLimit) {
  put("proc/self/cgroup", "4:memory:/job\n");
  put("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(memory_limit_of_groups(roots()), std::nullopt);
  put("cgroup/memory/job/memory.limit_in_bytes", "1000000\n");
  EXPECT_EQ(memory_limit_of_groups(roots()), 1'000'000);
}

}  // namespace
}  // namespace dragoman
