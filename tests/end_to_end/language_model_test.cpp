// train --architecture language-model, and what is done with such a model.
#include "tests/end_to_end/translate_fixture.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The tiny model, and one of its target language alone.
class LanguageModel : public Translate {
 protected:
  static void SetUpTestSuite() {
    made_ = new TemporaryFolder;
    corpus_ = new TinyCorpus(*made_);
    said_ = new Ended(dragoman(training(*made_ / "lm", 120)));
    ASSERT_EQ(said_->exit_code, 0) << said_->err;
  }
  static void TearDownTestSuite() {
    delete said_;
    delete corpus_;
    delete made_;
  }

  static std::vector<std::string> training(const std::string& model, int max_steps,
                                           const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = tiny_training(*corpus_, model, max_steps, "language-model");
    for (const char* name : {"--train-source", "--valid-source", "--encoder-layers"}) {
      const auto found = std::ranges::find(words, name);
      words.erase(found, found + 2);
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  // Of each line of a file.
  std::vector<double> scores(const std::string& text, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"score", "--model", lm_, "--target", folder_.file("text", text)};
    words.insert(words.end(), more.begin(), more.end());
    const Ended ended = dragoman(words);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    std::vector<double> found;
    for (const std::string& line : lines_of(ended.out)) found.push_back(std::stod(line));
    return found;
  }

  const std::string lm_ = *made_ / "lm";

  static inline TemporaryFolder* made_ = nullptr;
  static inline TinyCorpus* corpus_ = nullptr;
  static inline Ended* said_ = nullptr;
};

TEST_F(LanguageModel, IsLearnedFromTextAloneAndValidatedByItsPerplexity) {
  EXPECT_THAT(said_->err, AllOf(HasSubstr("from 400 lines"), HasSubstr("400 lines kept"), HasSubstr("on 20 lines"),
                                HasSubstr("perplexity"), Not(HasSubstr("BLEU")), Not(HasSubstr("pair"))));
  std::vector<double> perplexities;
  for (const std::string& line : lines_of(read_text(lm_ + "/training/log.jsonl"))) {
    const auto entry = nlohmann::json::parse(line);
    EXPECT_FALSE(entry.contains("bleu")) << line;
    if (entry["event"] == "valid") perplexities.push_back(entry["perplexity"]);
  }
  ASSERT_GT(perplexities.size(), 1u);
  EXPECT_LT(perplexities.back(), 40) << "of 80 pieces";
}

TEST_F(LanguageModel, ScoresWhatIsOfItsLanguageHigher) {
  const std::vector<double> found = scores("alt hund\nhund alt katze\nhxqd qzt\n\n");
  ASSERT_EQ(found.size(), 4u);
  EXPECT_LT(found[2], std::min(found[0], found[1]) - 1);
  EXPECT_EQ(found[3], 0) << "nothing has nothing that could be improbable";
  const std::string alone = "alt hund\n";
  EXPECT_NEAR(scores(alone)[0], found[0], 1e-5) << "a line depends on nothing else";
  EXPECT_NEAR(scores(alone, {"--precision", "int8"})[0], found[0], 0.3);
  const Ended json = dragoman({"score", "--model", lm_, "--target", folder_.file("text", alone), "--format", "json"});
  const auto line = nlohmann::json::parse(json.out);
  EXPECT_FALSE(line.contains("source"));
  double sum = 0;
  for (const double log_prob : line["token_log_probs"]) sum += log_prob;
  EXPECT_NEAR(sum, line["log_prob"], 1e-4);
}

TEST_F(LanguageModel, Reranks) {
  std::vector<std::string> targets;
  for (const std::string& line : lines_) targets.push_back(tiny_target_line(line));
  const std::string file = folder_ / "rerank.yaml", reference = folder_.file("reference", join_lines(targets));
  const std::vector<std::string> learning = {"rerank",      "--model",  model_,      "--source", input_,
                                             "--reference", reference,  "--threads", "1",        "--candidates",
                                             "4",           "--output", file};
  const auto learn = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = learning;
    words.insert(words.end(), more.begin(), more.end());
    return dragoman(words);
  };
  const Ended learned = learn({"--language-model", lm_});
  ASSERT_EQ(learned.exit_code, 0) << learned.err;
  EXPECT_THAT(read_text(file), HasSubstr("direction: language-model"));
  EXPECT_EQ(translate({"--input", input_, "--rerank", file, "--candidates", "4"}).exit_code, 0);
  const std::string one = folder_.file(
      "by.yaml", "score: 0.000001\nmodels:\n  - model: " + lm_ + "\n    direction: language-model\n    weight: 1\n");
  const std::vector<std::string> of_one = {"--input", input_, "--candidates", "4", "--n-best", "4", "--rerank", one};
  const Ended ranked = translate(of_one);
  ASSERT_EQ(ranked.exit_code, 0) << ranked.err;
  // "0 ||| text ||| F0= -1.2 ||| -0.3", the best first of each line.
  std::string texts;
  std::vector<double> sums;
  for (const std::string& line : lines_of(ranked.out)) {
    const std::size_t begin = line.find("||| ") + 4;
    texts += line.substr(begin, line.find(" |||", begin) - begin) + "\n";
    sums.push_back(std::stod(line.substr(line.rfind("||| ") + 4)));
  }
  const std::vector<double> by_model = scores(texts);
  ASSERT_EQ(by_model.size(), sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_NEAR(by_model[i], sums[i], 1e-4) << i;
  expect_refusal(learn({"--forward", lm_}), 2, {lm_, "is a language model", "--language-model"});
  expect_refusal(learn({"--language-model", model_}), 2, {model_, "is no language model"});
}

TEST_F(LanguageModel, IsToldAndTrainedOn) {
  const Ended info = dragoman({"info", lm_});
  EXPECT_THAT(info.out, AllOf(HasSubstr("language-model, 1 layers, width 32, 2 heads"), Not(HasSubstr("encoder")),
                              Not(HasSubstr("BLEU")), HasSubstr("validation    perplexity ")));
  const std::string model = folder_ / "model";
  ASSERT_EQ(dragoman(training(model, 10)).exit_code, 0);
  const Ended more = dragoman(training(model, 20));
  ASSERT_EQ(more.exit_code, 0) << more.err;
  EXPECT_THAT(more.err, HasSubstr("going on at step 10"));
  const Ended tuned = dragoman({"train", "--init-from", lm_, "--train-target", corpus_->train_target, "--valid-lines",
                                "20", "--model", folder_ / "tuned", "--max-steps", "2", "--threads", "1"});
  ASSERT_EQ(tuned.exit_code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("380 lines kept"));
  const std::string small = folder_ / "int8";
  ASSERT_EQ(dragoman({"quantize", "--model", lm_, "--output", small}).exit_code, 0);
  EXPECT_EQ(dragoman({"score", "--model", small, "--target", input_}).exit_code, 0);
}

TEST_F(LanguageModel, DoesNothingThatTakesASource) {
  const std::string says = "language model";
  const std::string output = folder_ / "out";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"translate", "--model", lm_, "--input", input_},
           {"translate", "--model", model_, lm_, "--input", input_},
           {"translate", "--model", lm_, "--via", model_, "--input", input_},
           {"evaluate", "--model", lm_, "--source", input_, "--reference", input_},
           {"calibrate", "--model", lm_, "--source", input_, "--reference", input_},
           {"attention", "--model", lm_, "--source", input_},
           {"heads", "--model", lm_, "--source", input_, "--target", input_},
           {"shortlist", "--model", lm_, "--train-source", input_, "--train-target", input_},
           {"rerank", "--model", lm_, "--forward", model_, "--source", input_, "--reference", input_, "--output",
            output},
           {"serve", "--model", "en:de=" + lm_, "--port", "0"},
           {"quantize", "--model", lm_, "--output", output, "--source", input_, "--reference", input_},
           {"average", "--model", lm_, lm_, "--output", output, "--source", input_, "--reference", input_},
           {"score", "--model", lm_, "--source", input_, "--target", input_}}) {
    const Ended ended = dragoman(words);
    expect_refusal(ended, 2, {says});
  }
  EXPECT_FALSE(std::filesystem::exists(output));
  expect_refusal(dragoman({"export", "--model", lm_, "--output", output}), 1, {"architecture language-model"});
  expect_refusal(dragoman({"score", "--model", model_, "--target", input_}), 2, {model_, "--source"});
}

TEST_F(LanguageModel, ReadsTheOptionsThatItDumps) {
  std::vector<std::string> words = training(folder_ / "dumped", 1, {});
  words.emplace_back("--dump-config");
  const Ended dump = dragoman(words);
  ASSERT_EQ(dump.exit_code, 0) << dump.err;
  const Ended ended = dragoman({"train", "-c", folder_.file("dump.yaml", dump.out), "--quiet"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

TEST_F(LanguageModel, SaysWhatItIsNotLearnedFrom) {
  const std::string model = folder_ / "none";
  const auto refuse = [&](const std::vector<std::string>& more, const std::vector<std::string>& parts) {
    expect_refusal(dragoman(training(model, 1, more)), 2, parts);
  };
  refuse({"--train-source", corpus_->train_source, "--valid-source", corpus_->valid_source},
         {"language model", "--train-target alone", "leave out all else"});
  refuse({"--valid-source", corpus_->valid_source},
         {"need each other", "a language model", "no source to validate on"});
  refuse({"--valid-metric", "bleu"}, {"valid-metric is bleu", "perplexity"});
  refuse({"--encoder-layers", "2"}, {"--encoder-layers has no effect with --architecture language-model"});
  const auto in_vain = [&](const std::string& option, const std::string& value) {
    refuse({option, value}, {option + " has no effect with --architecture language-model"});
  };
  in_vain("--max-length-ratio", "4");
  in_vain("--source-lang", "en");
  in_vain("--target-tokenizer", lm_ + "/tokenizer.spm");
  refuse({"--tied-embeddings", "none"}, {"tied-embeddings is none", "all"});
  std::vector<std::string> other = training(model, 1);
  *std::ranges::find(other, "language-model") = "transformer";
  expect_refusal(dragoman(other), 2, {"--train-source and --train-target need each other", "language-model"});
  expect_refusal(dragoman({"train", "--init-from", model_, "--train-target", folder_ / "missing", "--valid-lines", "10",
                           "--model", folder_ / "tuned"}),
                 2, {model_, "translates", "--train-source beside --train-target"});
  const std::string blank = folder_.file("blank", "\n \n");
  std::vector<std::string> of_nothing = training(model, 1);
  *(std::ranges::find(of_nothing, "--train-target") + 1) = blank;
  EXPECT_EQ(dragoman(of_nothing).exit_code, 1);
}

}  // namespace
}  // namespace dragoman
