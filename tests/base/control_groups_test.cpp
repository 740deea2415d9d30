#include "base/control_groups.h"

#include "tests/data/temporary_folder.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace dragoman {
namespace {

// A system of files that say how much of its cores a process may use.
class ControlGroupsTest : public TemporaryFolderTest {
 protected:
  void put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write(name, text);
  }

  std::optional<int> cores() const { return cores_of_groups({folder_ / "proc", folder_ / "cgroup"}); }
};

TEST_F(ControlGroupsTest, DoNotLimitCoresWhereTheyDoNotSaySo) {
  EXPECT_EQ(cores(), std::nullopt);
  put("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(cores(), std::nullopt);
  put("cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(cores(), std::nullopt);
}

TEST_F(ControlGroupsTest, LimitCoresByTheLeastOfNestedQuotas) {
  put("proc/self/cgroup", "0::/user.slice/job.scope\n");
  put("cgroup/cpu.max", "max 100000\n");
  put("cgroup/user.slice/cpu.max", "350000 100000\n");
  EXPECT_EQ(cores(), 4);
  put("cgroup/user.slice/job.scope/cpu.max", "10000 50000\n");
  EXPECT_EQ(cores(), 1);
  put("cgroup/user.slice/job.scope/cpu.max", "1200000 100000\n");
  EXPECT_EQ(cores(), 4);
}

// A container whose root shows as /sys/fs/cgroup has the name that it has outside.
TEST_F(ControlGroupsTest, LimitCoresOfAContainer) {
  put("proc/self/cgroup", "0::/docker/0123abc\n");
  put("cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(cores(), 2);
}

TEST_F(ControlGroupsTest, OfTheFirstVersionLimitCores) {
  put("proc/self/cgroup", "9:name=systemd:/\n4:cpu,cpuacct:/job\n3:memory:/job\n0::/\n");
  put("cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  put("cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cores(), std::nullopt);
  put("cgroup/cpu/job/cpu.cfs_quota_us", "150000\n");
  put("cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cores(), 2);
}

}  // namespace
}  // namespace dragoman
