#include "training/distributed/launch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Launch launch_in(const std::map<std::string, std::string>& variables) {
  return launch_of([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

void expect_launch(const std::map<std::string, std::string>& variables, int rank, int size, int on_host,
                   const std::string& host, int port) {
  const Launch launch = launch_in(variables);
  EXPECT_EQ(launch.rank, rank);
  EXPECT_EQ(launch.size, size);
  EXPECT_EQ(launch.on_host, on_host);
  EXPECT_EQ(launch.host, host);
  EXPECT_EQ(launch.port, port);
}

TEST(Launch, IsAloneUnlessALauncherSaysOtherwise) {
  expect_launch({}, 0, 1, 1, "127.0.0.1", 29500);
  expect_launch({{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"MASTER_ADDR", "there"}}, 0, 1, 1, "127.0.0.1", 29500);
  // An sbatch script that has not called srun.
  expect_launch({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}, 0, 1, 1, "127.0.0.1", 29500);
}

TEST(Launch, ReadsWhatEachLauncherSets) {
  expect_launch({{"RANK", "3"},
                 {"WORLD_SIZE", "8"},
                 {"LOCAL_WORLD_SIZE", "4"},
                 {"MASTER_ADDR", "node7"},
                 {"MASTER_PORT", "1234"}},
                3, 8, 4, "node7", 1234);
  expect_launch({{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "2"}, {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}}, 1,
                2, 2, "127.0.0.1", 29500);
  expect_launch({{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}, {"MASTER_ADDR", "host"}}, 0, 2, 1, "host", 29500);
  expect_launch({{"SLURM_PROCID", "5"},
                 {"SLURM_STEP_NUM_TASKS", "8"},
                 {"SLURM_STEP_TASKS_PER_NODE", "4(x2)"},
                 {"MASTER_ADDR", "node1"}},
                5, 8, 4, "node1", 29500);
}

TEST(Launch, KnowsItsPlaceOnItsHost) {
  const auto local_rank = [](const std::map<std::string, std::string>& variables) {
    return launch_in(variables).local_rank;
  };
  EXPECT_EQ(local_rank({}), 0);
  EXPECT_EQ(local_rank({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"LOCAL_WORLD_SIZE", "2"}}), 1);
  EXPECT_EQ(local_rank({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "node7"}}), 0);
  EXPECT_EQ(local_rank({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "node7"}, {"LOCAL_RANK", "1"}}), 1);
  // Slurm may deal ranks out to hosts in turn.
  EXPECT_EQ(local_rank({{"SLURM_PROCID", "2"},
                        {"SLURM_STEP_NUM_TASKS", "4"},
                        {"SLURM_STEP_TASKS_PER_NODE", "2(x2)"},
                        {"SLURM_LOCALID", "1"},
                        {"MASTER_ADDR", "node1"}}),
            1);
  EXPECT_EQ(local_rank({{"OMPI_COMM_WORLD_RANK", "1"},
                        {"OMPI_COMM_WORLD_SIZE", "2"},
                        {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"},
                        {"OMPI_COMM_WORLD_LOCAL_RANK", "0"}}),
            0);
}

TEST(Launch, SaysWhatIsMissingOrWrong) {
  const auto refusal = [](const std::map<std::string, std::string>& variables, const std::string& a,
                          const std::string& b) {
    EXPECT_THAT([&] { launch_in(variables); }, ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr(a), HasSubstr(b))));
  };
  refusal({{"WORLD_SIZE", "2"}}, "WORLD_SIZE", "RANK is not");
  refusal({{"WORLD_SIZE", "2"}, {"RANK", "2"}}, "RANK is '2'", "from 0 to 1");
  refusal({{"WORLD_SIZE", "two"}, {"RANK", "0"}}, "WORLD_SIZE is 'two'", "a number");
  refusal({{"WORLD_SIZE", "4"}, {"RANK", "0"}, {"LOCAL_WORLD_SIZE", "2"}}, "4 processes", "MASTER_ADDR");
  refusal({{"WORLD_SIZE", "2"}, {"RANK", "0"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "70000"}}, "MASTER_PORT", "65535");
}

}  // namespace
}  // namespace dragoman
