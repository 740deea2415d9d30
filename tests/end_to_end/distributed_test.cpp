#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"
#include "tests/training/free_port.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fcntl.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class Distributed : public ::testing::Test {
 protected:
  // Starts rank `rank` of `size` as torchrun would.
  std::unique_ptr<Program> start(int rank, int size, const std::string& model, int max_steps,
                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = tiny_training(corpus_, folder_ / model, max_steps, architecture_);
    words.insert(words.end(),
                 {"--accumulate", "3", "--log-interval", "1", "--save-interval", "2", "--peer-timeout", timeout_});
    words.insert(words.end(), more.begin(), more.end());
    ProgramOptions options;
    options.environment = {"RANK=" + std::to_string(rank), "WORLD_SIZE=" + std::to_string(size),
                           "LOCAL_WORLD_SIZE=" + std::to_string(size), "MASTER_ADDR=127.0.0.1",
                           "MASTER_PORT=" + std::to_string(port_.number())};
    return std::make_unique<Program>(dragoman_words(words), options);
  }

  // Trains with so many processes until all end.
  std::vector<Ended> train(int size, const std::string& model, int max_steps,
                           const std::vector<std::string>& more = {}) const {
    std::vector<std::unique_ptr<Program>> programs;
    for (int rank = 0; rank < size; ++rank) programs.push_back(start(rank, size, model, max_steps, more));
    std::vector<Ended> ended;
    for (const auto& program : programs) ended.push_back(program->wait());
    for (const Ended& end : ended) EXPECT_EQ(end.exit_code, 0) << end.err;
    return ended;
  }

  // The losses of all updates and validations, in order.
  std::vector<double> losses(const std::string& model) const {
    std::istringstream log(read_text(folder_ / (model + "/training/log.jsonl")));
    std::vector<double> values;
    for (std::string line; std::getline(log, line);) values.push_back(nlohmann::json::parse(line).at("loss"));
    return values;
  }

  void expect_same_losses(const std::string& one, const std::string& other) const {
    const std::vector<double> a = losses(one), b = losses(other);
    ASSERT_EQ(a.size(), b.size());
    ASSERT_GE(a.size(), 6u);
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-4 * std::fabs(a[i])) << one << " " << i;
  }

  TemporaryFolder folder_;
  TinyCorpus corpus_{folder_};
  FreePort port_;
  std::string timeout_ = "1";  // minutes
  std::string architecture_ = "transformer";
};

TEST_F(Distributed, SeveralProcessesComputeWhatOneDoes) {
  train(1, "one", 6);
  for (const int size : {2, 3}) {
    const std::string model = "of" + std::to_string(size);
    const std::vector<Ended> ended = train(size, model, 6);
    EXPECT_THAT(ended[0].err, HasSubstr(std::to_string(size) + " processes"));
    EXPECT_EQ(ended[1].err, "") << "rank 0 speaks for all";
    expect_same_losses("one", model);
  }
}

TEST_F(Distributed, EveryArchitectureIsDistributedAlike) {
  for (const char* architecture : {"rnn", "conv"}) {
    architecture_ = architecture;
    train(1, architecture_ + "1", 6);
    train(2, architecture_ + "2", 6);
    expect_same_losses(architecture_ + "1", architecture_ + "2");
  }
}

TEST_F(Distributed, AllLearnTargetsInOneOrder) {
  const std::vector<std::string> order = {"--target-order", "right-to-left", "--subword-sampling", "0.3"};
  train(1, "one", 6, order);
  train(2, "two", 6, order);
  expect_same_losses("one", "two");
}

TEST_F(Distributed, GoesOnWithAnotherNumberOfProcesses) {
  train(1, "whole", 6);
  train(2, "parts", 2);
  train(3, "parts", 4);
  train(1, "parts", 6);
  // Each run ends with a validation and its mean, so only the updates compare.
  const auto updates = [&](const std::string& model) {
    std::istringstream log(read_text(folder_ / (model + "/training/log.jsonl")));
    std::vector<double> values;
    for (std::string line; std::getline(log, line);) {
      const auto entry = nlohmann::json::parse(line);
      if (entry.at("event") == "train") values.push_back(entry.at("loss"));
    }
    return values;
  };
  const std::vector<double> whole = updates("whole"), parts = updates("parts");
  ASSERT_EQ(whole.size(), 6u);
  ASSERT_EQ(parts.size(), 6u);
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(whole[i], parts[i], 1e-4 * whole[i]);
}

TEST_F(Distributed, AKilledProcessIsNamedAndNothingIsLost) {
  for (const int killed : {1, 0}) {
    const std::string model = "killed" + std::to_string(killed);
    std::vector<std::unique_ptr<Program>> programs;
    for (int rank = 0; rank < 3; ++rank) programs.push_back(start(rank, 3, model, 100'000));
    ASSERT_TRUE(programs[0]->wait_for("step 1")) << programs[0]->err_so_far();
    programs[static_cast<std::size_t>(killed)]->send(SIGKILL);
    for (int rank = 0; rank < 3; ++rank) {
      const Ended ended = programs[static_cast<std::size_t>(rank)]->wait();
      if (rank == killed) continue;
      EXPECT_EQ(ended.exit_code, 1);
      EXPECT_THAT(ended.err, HasSubstr("dragoman: rank " + std::to_string(killed) + " of 3 is gone; this was step"));
    }
    const int before = static_cast<int>(losses(model).size());
    port_ = FreePort();
    train(2, model, before + 4);
    EXPECT_GT(static_cast<int>(losses(model).size()), before);
  }
}

// While the others wait for it to have read its texts, here from a pipe that nobody writes to.
TEST_F(Distributed, AProcessKilledBeforeItTrainsIsNamed) {
  timeout_ = "10";
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const auto first = start(0, 2, "m", 6);
  corpus_.valid_source = pipe;
  const auto second = start(1, 2, "m", 6);
  int end = -1;
  for (int i = 0; i < 1000 && (end = open(pipe.c_str(), O_WRONLY | O_NONBLOCK)) < 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_GE(end, 0) << "it does not read";
  second->send(SIGKILL);
  const Ended ended = first->wait();
  close(end);
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("dragoman: rank 1 of 2 is gone"));
}

TEST_F(Distributed, AProcessThatHangsIsNamed) {
  for (const int hanging : {1, 0}) {
    const std::string model = "hanging" + std::to_string(hanging);
    const std::unique_ptr<Program> programs[] = {start(0, 2, model, 100'000), start(1, 2, model, 100'000)};
    ASSERT_TRUE(programs[0]->wait_for("step 1")) << programs[0]->err_so_far();
    programs[hanging]->send(SIGSTOP);
    const Ended ended = programs[1 - hanging]->wait();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr("dragoman: rank " + std::to_string(hanging) + " of 2 is gone; this was step"));
    programs[hanging]->send(SIGKILL);
    programs[hanging]->wait();
    port_ = FreePort();
  }
}

TEST_F(Distributed, AStopOfOneIsAStopOfAll) {
  const auto first = start(0, 2, "m", 100'000), second = start(1, 2, "m", 100'000);
  ASSERT_TRUE(first->wait_for("step 1")) << first->err_so_far();
  second->send(SIGTERM);
  EXPECT_EQ(second->wait().exit_code, 128 + SIGTERM);
  const Ended ended = first->wait();
  EXPECT_EQ(ended.exit_code, 128 + SIGTERM);
  EXPECT_THAT(ended.err, HasSubstr("the same command goes on from there"));
}

TEST_F(Distributed, AProcessThatDoesNotComeIsNamed) {
  timeout_ = "0.15";
  const auto first = start(0, 3, "m", 6), third = start(2, 3, "m", 6);
  const Ended ended = first->wait();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("rank 1 of 3 processes did not come to 127.0.0.1:"));
  EXPECT_EQ(third->wait().exit_code, 1);
}

TEST_F(Distributed, DifferentOptionsAndTextsAreRefused) {
  {
    const auto first = start(0, 2, "m", 6), second = start(1, 2, "m", 6, {"--label-smoothing", "0.2"});
    for (const Ended& ended : {first->wait(), second->wait()}) {
      EXPECT_NE(ended.exit_code, 0);
      EXPECT_THAT(ended.err, HasSubstr("label-smoothing '0.1', not '0.2' as rank 1"));
    }
  }
  port_ = FreePort();
  const auto first = start(0, 2, "m", 6);
  TemporaryFolder other;
  const TinyCorpus other_corpus(other, 300);
  std::vector<std::string> words = tiny_training(other_corpus, folder_ / "m", 6);
  words.insert(words.end(), {"--accumulate", "3", "--log-interval", "1", "--save-interval", "2"});
  ProgramOptions options;
  options.environment = {"RANK=1", "WORLD_SIZE=2", "LOCAL_WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1",
                         "MASTER_PORT=" + std::to_string(port_.number())};
  const Ended second = dragoman(words, options);
  EXPECT_NE(second.exit_code, 0);
  EXPECT_THAT(second.err, HasSubstr("rank 0 trains with corpus '400 ("));
  EXPECT_NE(first->wait().exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "m")) << "refused before anything is made";
}

TEST_F(Distributed, EachProcessNeedsABatchOfEveryUpdate) {
  const auto first = start(0, 4, "m", 6);
  std::vector<std::unique_ptr<Program>> others;
  for (int rank = 1; rank < 4; ++rank) others.push_back(start(rank, 4, "m", 6));
  const Ended ended = first->wait();
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("accumulate is 3, but 4 processes"));
}

}  // namespace
}  // namespace dragoman
