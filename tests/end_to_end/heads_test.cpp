#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::MatchesRegex;
using ::testing::StartsWith;

class Heads : public ::testing::Test {
 protected:
  Ended heads(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"heads", "--model", model_, "--source", source_, "--target", target_, "--threads", "1"});
    return dragoman(arguments);
  }

  const std::string model_ = shared_model();
  const TemporaryFolder folder_;
  const std::vector<std::string> sources_ = tiny_source_lines(40, 7);
  const std::string source_ = folder_.file("source", join_lines(sources_));
  const std::string target_ = [this] {
    std::vector<std::string> targets;
    for (const std::string& line : sources_) targets.push_back(tiny_target_line(line));
    return folder_.file("target", join_lines(targets));
  }();
};

TEST_F(Heads, PrintsEachHeadsShare) {
  const Ended ended = heads({});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const auto lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_THAT(lines[0], MatchesRegex("attention +layer +norm +head 0 +head 1"));
  EXPECT_THAT(lines[2], StartsWith("encoder-self "));
  EXPECT_THAT(lines[3], StartsWith("decoder-self "));
  for (const std::size_t i : {2, 3, 4}) {
    std::istringstream row(lines[i]);
    std::string name;
    double layer = -1, norm = 0, one = 0, other = 0;
    row >> name >> layer >> norm >> one >> other;
    EXPECT_EQ(layer, 0);
    EXPECT_GT(norm, 0);
    EXPECT_NEAR(one * one + other * other, 1, 2e-3);
  }
}

TEST_F(Heads, WritesAModelThatDoesWithoutSome) {
  const std::string pruned = folder_ / "pruned";
  const Ended ended = heads({"--prune", "2", "--output", pruned});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const auto lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_THAT(lines[5], MatchesRegex("pruned: [a-z-]+ 0 head [01], [a-z-]+ 0 head [01]"));
  EXPECT_THAT(lines[6], MatchesRegex("all heads: BLEU [0-9.]+, .*"));
  EXPECT_THAT(lines[7], MatchesRegex("without 2: BLEU [0-9.]+, .*"));
  const auto bleu = [](const std::string& line) { return std::stod(line.substr(line.find("BLEU ") + 5)); };
  EXPECT_GE(bleu(lines[6]), bleu(lines[7]));
  EXPECT_EQ(std::filesystem::file_size(pruned + "/config.json"), std::filesystem::file_size(model_ + "/config.json"));

  // The pruned heads have no importance any more, and so the table of that model says which they are.
  const Ended again = dragoman({"heads", "--model", pruned, "--source", source_, "--target", target_});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  std::size_t zeros = 0;
  for (std::size_t at = again.out.find("0.000"); at != std::string::npos; at = again.out.find("0.000", at + 1)) ++zeros;
  EXPECT_GE(zeros, 2U);
}

TEST_F(Heads, RefusesWhatDoesNotFit) {
  expect_refusal(heads({"--prune", "2"}), 2, {"--prune and --output need each other"});
  expect_refusal(heads({"--prune", "2", "--output", model_}), 2, {"--output", "--model", "name another"});
  expect_refusal(heads({"--prune", "6", "--output", folder_ / "none"}), 2, {"6 heads", "the model has 6"});
  expect_refusal(dragoman({"heads", "--model", model_, "--source", "-", "--target", target_}), 2, {"stdin"});
  const std::string short_file = folder_.file("short", "a\n");
  expect_refusal(dragoman({"heads", "--model", model_, "--source", short_file, "--target", target_}), 1,
                 {short_file + " has 1 line"});
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none"));
}

}  // namespace
}  // namespace dragoman
