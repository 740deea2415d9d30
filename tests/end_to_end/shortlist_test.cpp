#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ContainsRegex;

class ShortlistCommand : public ::testing::Test {
 protected:
  Ended shortlist(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"shortlist", "--model", model_, "--threads", "1"});
    return dragoman(arguments);
  }
  std::string translate(const std::vector<std::string>& extra) const {
    std::vector<std::string> arguments = {"translate", "--model", model_, "--input", corpus_.valid_source, "--quiet"};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    const Ended ended = dragoman(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  }

  const TemporaryFolder folder_;
  const TinyCorpus corpus_{folder_};
  const std::string model_ = copy_of_model(folder_);
};

TEST_F(ShortlistCommand, TranslatesWithWhatTheCorpusHas) {
  const Ended ended = shortlist({"--train-source", corpus_.train_source, "--train-target", corpus_.train_target,
                                 "--source", corpus_.valid_source, "--reference", corpus_.valid_target});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, ContainsRegex("whole vocabulary: BLEU [0-9.]+, [0-9]+ tokens/s"));
  EXPECT_THAT(ended.err, ContainsRegex("shortlist: BLEU [0-9.]+, [0-9]+ tokens/s"));
  EXPECT_EQ(translate({"--shortlist"}), translate({}));
  EXPECT_EQ(translate({"--shortlist", "--batch-size", "1"}), translate({"--shortlist", "--batch-size", "64"}));
}

TEST_F(ShortlistCommand, AListThatIsTooShortShows) {
  const std::string line = folder_.file("line", tiny_source_lines(1, 1).front() + "\n");
  ASSERT_EQ(
      shortlist({"--train-source", line, "--train-target", line, "--per-token", "1", "--frequent", "0"}).exit_code, 0);
  EXPECT_NE(translate({"--shortlist"}), translate({}));
}

TEST_F(ShortlistCommand, KeepsAGoodOneWhereTheCorpusIsNotTheModels) {
  const std::string file = model_ + "/shortlist.safetensors";
  ASSERT_EQ(shortlist({"--train-source", corpus_.train_source, "--train-target", corpus_.train_target}).exit_code, 0);
  const std::string good = read_text(file);
  expect_refusal(shortlist({"--train-source", corpus_.train_target, "--train-target", corpus_.train_source}), 1,
                 {corpus_.train_target, corpus_.train_source, "swap"});
  const std::string text = read_text(corpus_.train_target);
  const std::size_t first = text.find('\n') + 1;
  const std::string shifted = folder_.file("shifted", text.substr(first) + text.substr(0, first));
  expect_refusal(shortlist({"--train-source", corpus_.train_source, "--train-target", shifted}), 1,
                 {shifted, "line by line"});
  // One word, with another translation in each line.
  std::string many;
  for (const std::string& line : tiny_source_lines(15, 3)) many += tiny_target_line(line) + "\n";
  std::string one;
  for (int line = 0; line < 15; ++line) one += "house\n";
  expect_refusal(shortlist({"--train-source", folder_.file("one", one), "--train-target", folder_.file("many", many),
                            "--per-token", "1", "--frequent", "0"}),
                 1, {"% of the tokens", "--per-token"});
  EXPECT_TRUE(read_text(file) == good);
}

TEST_F(ShortlistCommand, LeavesOutPairsThatAreTooLong) {
  std::string source = read_text(corpus_.train_source), target = read_text(corpus_.train_target);
  const std::string line = tiny_source_lines(1, 1).front();
  for (int i = 0; i < 200; ++i) source += line + " ", target += tiny_target_line(line) + " ";
  const std::string long_source = folder_.file("long.source", source + "\n");
  const std::string long_target = folder_.file("long.target", target + "\n");
  const Ended ended = shortlist({"--train-source", long_source, "--train-target", long_target});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, ContainsRegex("dragoman: 1 of [0-9]+ pairs left out, which have more than 256 tokens"));
  const std::string file = model_ + "/shortlist.safetensors", good = read_text(file);
  expect_refusal(shortlist({"--train-source", long_source, "--train-target", long_target, "--max-length", "1"}), 1,
                 {long_source, "every pair has more than 1 token", "--max-length"});
  EXPECT_TRUE(read_text(file) == good);
}

TEST_F(ShortlistCommand, RefusesWhatItCannotUse) {
  const std::string short_file = folder_.file("short", "one line\n"), empty = folder_.file("empty", "");
  expect_refusal(dragoman({"translate", "--model", model_, "--input", corpus_.valid_source, "--shortlist"}), 1,
                 {"shortlist.safetensors", "dragoman shortlist --model"});
  expect_refusal(shortlist({"--train-source", corpus_.train_source, "--train-target", short_file}), 1,
                 {short_file + " has 1; each line needs its counterpart", corpus_.train_source + " has 400 lines"});
  expect_refusal(shortlist({"--train-source", empty, "--train-target", empty}), 1, {empty, "no line"});
  expect_refusal(shortlist({"--train-source", short_file, "--train-target", short_file, "--per-token", "0"}), 2,
                 {"--per-token"});
  EXPECT_FALSE(std::filesystem::exists(model_ + "/shortlist.safetensors"));
  std::filesystem::remove(model_ + "/manifest.json");  // which would name the change itself
  const std::string config = read_text(model_ + "/config.json");
  std::ofstream(model_ + "/config.json") << std::regex_replace(config, std::regex("_vocabulary\": [0-9]+"),
                                                               "_vocabulary\": 11");
  expect_refusal(shortlist({"--train-source", corpus_.train_source, "--train-target", corpus_.train_target}), 1,
                 {model_, "tokenizers have", "config.json says 11"});
}

}  // namespace
}  // namespace dragoman
