#include "tests/end_to_end/translate_fixture.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// The tiny model, and a small one of the other direction.
class Rerank : public Translate {
 protected:
  static void SetUpTestSuite() {
    made_ = new TemporaryFolder;
    TinyCorpus corpus(*made_);
    std::swap(corpus.train_source, corpus.train_target);
    std::swap(corpus.valid_source, corpus.valid_target);
    const Ended ended = dragoman(tiny_training(corpus, *made_ / "reverse", 100));
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  }
  static void TearDownTestSuite() { delete made_; }

  Rerank() {
    std::vector<std::string> targets;
    for (const std::string& line : lines_) targets.push_back(tiny_target_line(line));
    reference_ = folder_.file("reference", join_lines(targets));
  }

  Ended learn(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"rerank",   "--model",   model_, "--source", input_, "--reference",
                                          reference_, "--threads", "1",    "--output", file_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return dragoman(arguments);
  }

  const std::string reverse_ = *made_ / "reverse";
  const std::string file_ = folder_ / "rerank.yaml";
  std::string reference_;

 private:
  static inline TemporaryFolder* made_ = nullptr;
};

TEST_F(Rerank, LearnsWeightsWithWhichItTranslates) {
  const Ended learned = learn({"--reverse", reverse_, "--forward", model_, "--candidates", "4"});
  ASSERT_EQ(learned.exit_code, 0) << learned.err;
  EXPECT_THAT(learned.err, ContainsRegex("BLEU [0-9.]+ as the search has it, [0-9.]+ with these weights"));
  const std::string recipe = read_text(file_);
  EXPECT_THAT(recipe, HasSubstr(reverse_));
  EXPECT_THAT(recipe, HasSubstr("direction: reverse"));
  const std::vector<std::string> reranking = {"--input", input_, "--rerank", file_, "--candidates", "4"};
  const Ended ended = translate(reranking);
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(count_lines(ended.out), lines_.size());
  std::vector<std::string> in_parts = reranking;
  in_parts.insert(in_parts.end(), {"--block-lines", "3", "--batch-size", "2", "--alignment", "--n-best", "2"});
  const Ended several = translate(in_parts);
  ASSERT_EQ(several.exit_code, 0) << several.err;
  EXPECT_EQ(count_lines(several.out), 2 * lines_.size());
}

TEST_F(Rerank, WeightsDecide) {
  const auto with = [&](const std::string& weights) {
    folder_.file("rerank.yaml", weights + "models:\n  - model: " + reverse_ + "\n    direction: reverse\n    weight: " +
                                    (weights.starts_with("score: 0") ? "1" : "0") + "\n");
    return translate({"--input", input_, "--rerank", file_, "--beam-size", "5"}).out;
  };
  const std::string plain = translate({"--input", input_, "--beam-size", "5"}).out;
  EXPECT_EQ(with("score: 1\nlength: 0\n"), plain);
  EXPECT_EQ(with("score: 1\n"), plain);
  EXPECT_NE(with("score: 0\n"), plain);
  const std::string longest = with("score: 0.001\nlength: 1\n");
  EXPECT_GT(longest.size(), plain.size());
}

TEST_F(Rerank, SaysWhatIsWrong) {
  expect_refusal(learn({}), 2, {"name models that rerank", "--reverse"});
  expect_refusal(learn({"--reverse", folder_ / "none"}), 1, {folder_ / "none"});
  const auto refuse = [&](const std::string& text, int code, const std::vector<std::string>& parts) {
    folder_.file("rerank.yaml", text);
    expect_refusal(translate({"--input", input_, "--rerank", file_}), code, parts);
  };
  refuse("", 2, {file_, "names no models", "dragoman rerank"});
  refuse("score: much\nmodels:\n  - model: x\n", 2, {file_ + ":1: score"});
  refuse("models:\n  - model: x\n    direction: back\n", 2, {file_ + ":3: direction", "reverse"});
  refuse("models:\n  - weight: 1\n", 2, {file_, "no 'model'"});
  refuse("models:\n  - model: " + (folder_ / "none") + "\n", 1, {folder_ / "none"});
  expect_refusal(translate({"--input", input_, "--rerank", folder_ / "no.yaml"}), 1, {"no.yaml"});
  expect_refusal(translate({"--input", input_, "--rerank", file_, "--mbr", "chrf"}), 2, {"both choose"});
}

// The file's weights and models count, not its name.
TEST_F(Rerank, ContinuesNoOutputOfOtherWeights) {
  const auto recipe = [&](const std::string& weight) {
    return folder_.file("rerank.yaml", "models:\n  - model: " + reverse_ + "\n    weight: " + weight + "\n");
  };
  const std::string output = folder_ / "output", whole = read_text(input_);
  const auto to_file = [&] {
    return translate({"--input", input_, "--output", output, "--strict", "--block-lines", "10", "--rerank", file_});
  };
  recipe("1");
  folder_.file("input", whole + "\xFF\n");
  expect_refusal(to_file(), 1, {input_ + ":41: invalid UTF-8"});
  folder_.file("input", whole);
  recipe("2");
  expect_refusal(to_file(), 1, {"another model", "--restart"});
  recipe("1");
  EXPECT_EQ(to_file().exit_code, 0);
  EXPECT_EQ(count_lines(read_text(output)), lines_.size());
}

}  // namespace
}  // namespace dragoman
