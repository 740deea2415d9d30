// train --guided-alignment, and what is aligned by such a model
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

int count_words(const std::string& line) {
  return static_cast<int>(std::ranges::count(line, ' ')) + 1;
}

// Word i to word i: not what the model would find by itself, since the last word of the source is the first of the
// target.
std::string diagonal(const std::string& line) {
  std::string links = "0-0";
  for (int i = 1; i < count_words(line); ++i) links += " " + std::to_string(i) + "-" + std::to_string(i);
  return links;
}

class GuidedAlignment : public ::testing::Test {
 protected:
  GuidedAlignment() {
    for (const std::string& line : lines_of(read_text(corpus_.train_source))) lines_.push_back(diagonal(line));
  }

  std::string links() const { return folder_.file("train.links", join_lines(lines_)); }

  Ended train(const std::string& model, int max_steps, const std::vector<std::string>& options,
              const std::string& architecture = "transformer") const {
    std::vector<std::string> words = tiny_training(corpus_, folder_ / model, max_steps, architecture);
    words.insert(words.end(), options.begin(), options.end());
    return dragoman(words);
  }

  // Of the words of the pairs that are validated on, those that are linked as the guide would.
  double share_on_the_diagonal(const std::string& model, const std::vector<std::string>& options = {}) const {
    std::vector<std::string> words = {
        "attention",          "--quiet",     "--model", folder_ / model, "--source", corpus_.valid_source, "--target",
        corpus_.valid_target, "--alignment", "-"};
    words.insert(words.end(), options.begin(), options.end());
    const Ended ended = dragoman(words);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    std::istringstream links(ended.out);
    double hits = 0, all = 0;
    for (std::string link; links >> link; ++all)
      hits += link.substr(0, link.find('-')) == link.substr(link.find('-') + 1);
    return all > 0 ? hits / all : 0;
  }

  std::string weights(const std::string& model) const { return read_text(folder_ / model + "/model.safetensors"); }

  TemporaryFolder folder_;
  TinyCorpus corpus_{folder_};
  std::vector<std::string> lines_;
};

TEST_F(GuidedAlignment, OneHeadLearnsWhatItIsShown) {
  const std::vector<std::string> options = {"--guided-alignment", links(), "--guided-alignment-weight", "1"};
  for (const char* architecture : {"transformer", "rnn", "conv"}) {
    const std::string model = architecture;
    ASSERT_EQ(train(model, 100, options, architecture).exit_code, 0);
    const json config = json::parse(read_text(folder_ / model + "/config.json"));
    EXPECT_EQ(config["alignment_layer"], 0);
    EXPECT_EQ(config["alignment_head"], 0);
    EXPECT_GT(share_on_the_diagonal(model), 0.7) << model;
    EXPECT_LT(share_on_the_diagonal(model, {"--head", "1"}), 0.7) << model << ": the other head is free";
  }
  const json log = json::parse(lines_of(read_text(folder_ / "transformer/training/log.jsonl")).front());
  EXPECT_GT(log["alignment_loss"].get<double>(), 0);
}

TEST_F(GuidedAlignment, GoesOnWithTheSameLinksAlone) {
  const std::vector<std::string> options = {"--guided-alignment", links()};
  ASSERT_EQ(train("model", 10, options).exit_code, 0);
  const Ended ended = train("model", 20, options);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("step 20"));
  expect_refusal(train("model", 40, {}), 1, {"guided-alignment-weight '0.05', not at its default"});
  expect_refusal(train("model", 40, {"--guided-alignment", links(), "--guided-alignment-weight", "0.1"}), 1,
                 {"guided-alignment-weight '0.05', not '0.1'"});
  lines_.front() = "";
  expect_refusal(train("model", 40, {"--guided-alignment", links()}), 1,
                 {"training in this folder has corpus", "links"});
  ASSERT_EQ(train("guided", 20, options).exit_code, 0);
  ASSERT_EQ(train("plain", 20, {}).exit_code, 0);
  EXPECT_NE(weights("plain"), weights("guided"));
  EXPECT_THAT(read_text(folder_ / "plain/config.json"), Not(HasSubstr("alignment")));
  EXPECT_THAT(read_text(folder_ / "plain/training/log.jsonl"), Not(HasSubstr("alignment")));
}

// A link of another pair would be to words that are not there.
TEST_F(GuidedAlignment, LeavesOutLinksWithTheirPairs) {
  const Ended ended = dragoman({"train",
                                "--model",
                                folder_ / "model",
                                "--train-source",
                                corpus_.train_source,
                                "--train-target",
                                corpus_.train_target,
                                "--guided-alignment",
                                links(),
                                "--valid-lines",
                                "20",
                                "--max-length",
                                "8",
                                "--max-steps",
                                "2",
                                "--preset",
                                "tiny",
                                "--vocab-size",
                                "80",
                                "--valid-beam-size",
                                "1",
                                "--device",
                                "cpu"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("too long"));
}

TEST_F(GuidedAlignment, OfNothingChangesNothing) {
  std::fill(lines_.begin(), lines_.end(), "");
  ASSERT_EQ(train("blank", 10, {"--guided-alignment", links()}).exit_code, 0);
  ASSERT_EQ(train("plain", 10, {}).exit_code, 0);
  EXPECT_EQ(weights("blank"), weights("plain"));
}

TEST_F(GuidedAlignment, AFineTunedModelKeepsItsHead) {
  ASSERT_EQ(train("guided", 10, {"--guided-alignment", links()}).exit_code, 0);
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--guided-alignment", links()}}) {
    std::vector<std::string> words = {"train",
                                      "--init-from",
                                      folder_ / "guided",
                                      "--model",
                                      folder_ / "tuned",
                                      "--train-source",
                                      corpus_.train_source,
                                      "--train-target",
                                      corpus_.train_target,
                                      "--valid-source",
                                      corpus_.valid_source,
                                      "--valid-target",
                                      corpus_.valid_target,
                                      "--max-steps",
                                      "2",
                                      "--device",
                                      "cpu"};
    words.insert(words.end(), more.begin(), more.end());
    const Ended ended = dragoman(words);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(json::parse(read_text(folder_ / "tuned/config.json"))["alignment_head"], 0);
    std::filesystem::remove_all(folder_ / "tuned");
  }
}

TEST_F(GuidedAlignment, RefusesWhatIsNoAlignmentOfThePairs) {
  const std::vector<std::string> lines = lines_;
  const auto refused = [&](const std::string& first) {
    lines_ = lines;
    lines_.front() = first;
    return train("model", 10, {"--guided-alignment", links()});
  };
  const std::string file = folder_ / "train.links";
  const std::vector<std::string> before = [&] {
    links();
    return folder_.entries();
  }();
  expect_refusal(refused("0-0 1~1"), 1, {file + ":1: '1~1' is no link; write SOURCE-TARGET"});
  expect_refusal(refused("0-0 99-1"), 1, {file + ":1: links word 99 to word 1, but the sentences have"});
  lines_ = lines;
  lines_.pop_back();
  expect_refusal(train("model", 10, {"--guided-alignment", links()}), 1,
                 {corpus_.train_source + " has 400 lines, " + file + " has 399; each line needs its counterpart"});
  expect_refusal(train("model", 10, {"--guided-alignment", folder_ / "missing"}), 1, {folder_ / "missing"});
  EXPECT_EQ(folder_.entries(), before);
}

TEST_F(GuidedAlignment, RefusesWhatContradictsIt) {
  const auto with = [&](const std::vector<std::string>& options) {
    std::vector<std::string> all = {"--guided-alignment", links()};
    all.insert(all.end(), options.begin(), options.end());
    return train("model", 10, all);
  };
  expect_refusal(with({"--augment", "lower=0.1"}), 2, {"which augment changes in each pass; leave out one"});
  expect_refusal(with({"--subword-sampling", "0.1"}), 2, {"which subword-sampling changes in each pass"});
  expect_refusal(with({"--cross-attention-selection", "hard"}), 2,
                 {"cross-attention-selection hard and guided-alignment cannot be combined"});
  expect_refusal(with({"--guided-alignment-weight", "0"}), 2, {"guided-alignment-weight is 0, but must be above 0"});
  expect_refusal(with({"--guided-alignment-weight", "nan"}), 2, {"guided-alignment-weight"});
  expect_refusal(with({links()}), 2, {"--guided-alignment names 2 files and --train-source 1"});
  expect_refusal(train("model", 10, {"--guided-alignment-weight", "1"}), 2,
                 {"--guided-alignment-weight is that of --guided-alignment"});
  expect_refusal(
      dragoman({"train", "--architecture", "language-model", "--train-target", corpus_.train_target, "--valid-target",
                corpus_.valid_target, "--guided-alignment", links(), "--model", folder_ / "model"}),
      2, {"guided-alignment"});
}

// In a list each corpus has links of its own, or none; all options are in what is printed.
TEST_F(GuidedAlignment, IsAnOptionOfEachCorpus) {
  const std::string list =
      folder_.file("list.yaml", "corpora:\n- train-source: " + corpus_.train_source +
                                    "\n  train-target: " + corpus_.train_target + "\n  guided-alignment: " + links() +
                                    "\n  source-lang: en\n  target-lang: de\n- train-source: " + corpus_.valid_source +
                                    "\n  train-target: " + corpus_.valid_target +
                                    "\n  source-lang: en\n  target-lang: de\n  valid-source: " + corpus_.valid_source +
                                    "\n  valid-target: " + corpus_.valid_target + "\n");
  const std::vector<std::string> words = {"train",       "-c",       list,       "--model", folder_ / "model",
                                          "--max-steps", "2",        "--preset", "tiny",    "--vocab-size",
                                          "80",          "--device", "cpu"};
  const Ended ended = dragoman(words);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(json::parse(read_text(folder_ / "model/config.json"))["alignment_head"], 0);
  const Ended dump = train("other", 2, {"--guided-alignment", links(), "--dump-config"});
  EXPECT_THAT(dump.out, HasSubstr("guided-alignment-weight: 0.05"));
  EXPECT_THAT(dump.out, HasSubstr("train.links"));
  EXPECT_EQ(dragoman({"train", "-c", folder_.file("config.yaml", dump.out)}).exit_code, 0);
}

}  // namespace
}  // namespace dragoman
