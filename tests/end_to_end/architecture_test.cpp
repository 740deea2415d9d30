// Every architecture goes through the same commands and files.
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class Architectures : public ::testing::TestWithParam<std::string> {
 protected:
  Ended train(const std::string& model, int max_steps, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = tiny_training(corpus_, model, max_steps, GetParam());
    words.insert(words.end(), more.begin(), more.end());
    return dragoman(words);
  }

  std::string translate(const std::string& model) const {
    const Ended ended =
        dragoman({"translate", "--model", model, "--input", corpus_.valid_source, "--threads", "1", "--quiet"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  }

  static std::string weights(const std::string& model) { return read_text(model + "/model.safetensors"); }

  const TemporaryFolder folder_;
  const TinyCorpus corpus_{folder_};
  const std::string model_ = folder_ / "model";
};

INSTANTIATE_TEST_SUITE_P(, Architectures, ::testing::Values("rnn", "conv"),
                         [](const auto& info) { return info.param; });

TEST_P(Architectures, LearnsTheTinyLanguage) {
  const Ended ended = train(model_, 250);
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr(GetParam() + " model with"));
  EXPECT_EQ(nlohmann::json::parse(read_text(model_ + "/config.json"))["architecture"], GetParam());
  const std::string hypothesis = folder_.file("hypothesis", translate(model_));
  const Ended score = dragoman({"evaluate", "--hypothesis", hypothesis, "--reference", corpus_.valid_target,
                                "--metrics", "bleu", "--format", "json"});
  EXPECT_GT(nlohmann::json::parse(score.out).at("score").get<double>(), 30.0) << score.out;
}

TEST_P(Architectures, GoesOnAsIfItHadNotStopped) {
  const std::string straight = folder_ / "straight";
  ASSERT_EQ(train(straight, 100).exit_code, 0);
  ASSERT_EQ(train(model_, 50).exit_code, 0);
  const Ended resumed = train(model_, 100);
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(weights(model_), weights(straight));
  const bool is_rnn = GetParam() == "rnn";
  const std::vector<std::string> other =
      is_rnn ? std::vector<std::string>{"--recurrent-cell", "gru"} : std::vector<std::string>{"--kernel-width", "5"};
  const std::string field = is_rnn ? "recurrent_cell" : "kernel_width";
  expect_refusal(train(model_, 150, other), 1, {field + " at its default, not '" + other.back() + "'"});
}

TEST_P(Architectures, SharesFilesWithAllCommands) {
  ASSERT_EQ(train(model_, 30).exit_code, 0);
  const std::string quantised = folder_ / "quantised", tuned = folder_ / "tuned", exported = folder_ / "exported";
  EXPECT_EQ(dragoman({"quantize", "--model", model_, "--output", quantised, "--quiet"}).exit_code, 0);
  EXPECT_EQ(count_lines(translate(quantised)), 20u);
  const std::vector<std::string> texts = {"--train-source", corpus_.train_source, "--train-target",
                                          corpus_.train_target};
  std::vector<std::string> words = {"shortlist", "--model", model_, "--threads", "1"};
  words.insert(words.end(), texts.begin(), texts.end());
  EXPECT_EQ(dragoman(words).exit_code, 0);
  const Ended listed = dragoman({"translate", "--model", model_, "--input", corpus_.valid_source, "--shortlist"});
  EXPECT_EQ(count_lines(listed.out), 20u) << listed.err;
  const Ended scores =
      dragoman({"score", "--model", model_, "--source", corpus_.valid_source, "--target", corpus_.valid_target});
  EXPECT_EQ(count_lines(scores.out), 20u) << scores.err;
  words = {"train",
           "--init-from",
           model_,
           "--model",
           tuned,
           "--max-steps",
           "5",
           "--threads",
           "1",
           "--valid-source",
           corpus_.valid_source,
           "--valid-target",
           corpus_.valid_target,
           "--valid-beam-size",
           "1"};
  words.insert(words.end(), texts.begin(), texts.end());
  const Ended fine_tuned = dragoman(words);
  EXPECT_EQ(fine_tuned.exit_code, 0) << fine_tuned.err;
  EXPECT_EQ(read_text(tuned + "/config.json"), read_text(model_ + "/config.json"));
  words.insert(words.end(), {"--architecture", "transformer"});
  expect_refusal(dragoman(words), 2, {"--init-from and --architecture contradict each other"});
  expect_refusal(dragoman({"export", "--model", model_, "--output", exported}), 1,
                 {"a model with architecture " + GetParam() + " cannot be exported"});
  EXPECT_FALSE(std::filesystem::exists(exported));
}

}  // namespace
}  // namespace dragoman
