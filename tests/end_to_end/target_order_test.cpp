// train --target-order right-to-left, and what is done with such a model.
#include "tests/end_to_end/server_fixture.h"
#include "tests/end_to_end/translate_fixture.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

// Word by word, the last first: who begins at the end goes through the source from its beginning, which so small a
// model learns soon, and not from the beginning.
std::string backward_line(const std::string& source) {
  std::istringstream words(tiny_target_line(source));
  std::string first, others;
  words >> first;
  for (std::string word; words >> word;) others = " " + word + others;
  return first + others;
}

// The tiny model, and one that has learned lines that are turned around from their end.
class TargetOrder : public Translate {
 protected:
  static void SetUpTestSuite() {
    made_ = new TemporaryFolder;
    corpus_ = new TinyCorpus(*made_);
    for (const auto& [source, target] :
         {std::pair{corpus_->train_source, corpus_->train_target}, {corpus_->valid_source, corpus_->valid_target}}) {
      std::vector<std::string> targets;
      for (const std::string& line : lines_of(read_text(source))) targets.push_back(backward_line(line));
      std::ofstream(target) << join_lines(targets);
    }
    const Ended ended = dragoman(training(*made_ / "backward", 400));
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  }
  static void TearDownTestSuite() {
    delete corpus_;
    delete made_;
  }

  static std::vector<std::string> training(const std::string& model, int max_steps,
                                           const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = tiny_training(*corpus_, model, max_steps);
    words.insert(words.end(), {"--target-order", "right-to-left", "--subword-sampling", "0.5"});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  static Ended backward(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), {"translate", "--model", *made_ / "backward", "--threads", "1"});
    ProgramOptions options;
    options.input = input;
    return dragoman(arguments, options);
  }

  std::string references() const {
    std::vector<std::string> targets;
    for (const std::string& line : lines_) targets.push_back(backward_line(line));
    return folder_.file("reference", join_lines(targets));
  }

  double bleu_of(const std::string& model, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"translate", "--model", model, "--input", input_, "--reference", references()};
    words.insert(words.end(), more.begin(), more.end());
    const std::string said = dragoman(words).err;
    const std::size_t at = said.find("BLEU");
    return at == std::string::npos ? -1 : std::stod(said.substr(said.find("= ", at) + 2));
  }

  // The search's score for nothing, the backward model's for all.
  std::string file_of_its_scores() const {
    return folder_.file("rerank.yaml", "score: 0\nmodels:\n  - model: " + backward_ + "\n    direction: forward\n");
  }

  const std::string backward_ = *made_ / "backward";

  static inline TemporaryFolder* made_ = nullptr;
  static inline TinyCorpus* corpus_ = nullptr;
};

TEST_F(TargetOrder, LearnsToTranslateAsWell) {
  const Ended ended = backward({"--input", input_});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_GT(bleu_of(backward_), 60) << ended.out;
  EXPECT_NE(ended.out, translate({"--input", input_}).out) << "it is another model";
  EXPECT_EQ(backward({"--input", input_, "--block-lines", "3", "--batch-size", "2"}).out, ended.out);
  EXPECT_EQ(count_lines(backward({"--input", input_, "--n-best", "3"}).out), 3 * lines_.size());
}

TEST_F(TargetOrder, ScoresWhatItTranslatesAsItsSearchDoes) {
  for (const char* precision : {"fp32", "int8"}) {
    const std::string found = backward({"--input", input_, "--precision", precision}).out;
    const std::vector<std::string> searched =
        lines_of(backward({"--input", input_, "--precision", precision, "--scores"}).out);
    const Ended ended = dragoman({"score", "--model", backward_, "--source", input_, "--target",
                                  folder_.file("target", found), "--precision", precision});
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    const std::vector<std::string> scored = lines_of(ended.out);
    ASSERT_EQ(scored.size(), searched.size());
    for (std::size_t i = 0; i < scored.size(); ++i)
      EXPECT_NEAR(std::stod(scored[i]), std::stod(searched[i].substr(searched[i].find('\t') + 1)), 2e-4) << searched[i];
  }
}

TEST_F(TargetOrder, ShowsTokensAsTheyComeAndWordsAsTheyAreRead) {
  const std::string reference = references();
  ASSERT_EQ(dragoman({"calibrate", "--model", backward_, "--source", input_, "--reference", reference}).exit_code, 0);
  const Ended ended = backward({"--format", "json", "--alignment", "--quality"}, "dog sees old water\n");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const nlohmann::json found = nlohmann::json::parse(ended.out)["translations"][0];
  std::vector<std::string> tokens = found["tokens"];
  EXPECT_EQ(tokens.back(), "</s>");
  tokens.pop_back();
  std::ranges::reverse(tokens);
  std::string text, words;
  for (const std::string& token : tokens) text += token;
  for (std::size_t at; (at = text.find("▁")) != std::string::npos;) text.replace(at, std::string("▁").size(), " ");
  EXPECT_EQ(text, " " + found["text"].get<std::string>());
  for (const nlohmann::json& word : found["words"]) words += " " + word["text"].get<std::string>();
  EXPECT_EQ(words, text);
  EXPECT_GT(found["alignment"].size(), 1u);
}

TEST_F(TargetOrder, HasTermsTagsAndShortlistsLikeAnyOther) {
  const std::string glossary = folder_.file("terms.tsv", "dog\tbaum nie\nwater\tkatze\n");
  EXPECT_THAT(backward({"--glossary", glossary}, "old dog sees water\n").out,
              ::testing::AllOf(HasSubstr("baum nie"), HasSubstr("katze")));
  EXPECT_THAT(backward({"--markup", "html"}, "dog <b>sees</b> water\n").out, ContainsRegex("<b>[a-zü]+</b>"));
  ASSERT_EQ(dragoman({"shortlist", "--model", backward_, "--train-source", corpus_->train_source, "--train-target",
                      corpus_->train_target, "--threads", "1"})
                .exit_code,
            0);
  EXPECT_EQ(backward({"--input", input_, "--shortlist"}).out, backward({"--input", input_}).out);
}

// By its scores alone, as its search gives them: what it has found stays.
TEST_F(TargetOrder, ReranksItsOwnTranslationsByTheScoresOfItsSearch) {
  const Ended ended = backward({"--input", input_, "--scores", "--rerank", file_of_its_scores(), "--candidates", "4"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::vector<std::string> reranked = lines_of(ended.out),
                                 searched = lines_of(backward({"--input", input_, "--scores"}).out);
  ASSERT_EQ(reranked.size(), searched.size());
  for (std::size_t i = 0; i < reranked.size(); ++i) {
    const std::size_t at = searched[i].find('\t') + 1;
    EXPECT_EQ(reranked[i].substr(0, at), searched[i].substr(0, at));
    EXPECT_NEAR(std::stod(reranked[i].substr(at)), std::stod(searched[i].substr(at)), 2e-4) << searched[i];
  }
}

TEST_F(TargetOrder, ReranksWhatAModelOfTheOtherOrderFinds) {
  std::vector<std::string> sources, targets;
  for (const std::string& line : lines_of(translate({"--input", input_, "--n-best", "4"}).out)) {
    const std::size_t begin = line.find(" ||| ") + 5;
    sources.push_back(lines_.at(std::stoul(line)));
    targets.push_back(line.substr(begin, line.find(" ||| ", begin) - begin));
  }
  const Ended scored = dragoman({"score", "--model", backward_, "--source", folder_.file("en", join_lines(sources)),
                                 "--target", folder_.file("de", join_lines(targets))});
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  const std::vector<std::string> scores = lines_of(scored.out);
  std::vector<std::string> expected;
  ASSERT_EQ(scores.size(), 4 * lines_.size());
  for (std::size_t i = 0; i < scores.size(); i += 4) {
    std::size_t best = i;
    for (std::size_t k = i; k < i + 4; ++k) best = std::stod(scores[k]) > std::stod(scores[best]) ? k : best;
    expected.push_back(targets[best]);
  }
  const Ended ended = translate({"--input", input_, "--rerank", file_of_its_scores(), "--candidates", "4"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, join_lines(expected));
  EXPECT_NE(ended.out, translate({"--input", input_}).out);
}

// The references are of its text, not of the other model's.
TEST_F(TargetOrder, RerankingLearnsItsWeight) {
  const std::string file = folder_ / "rerank.yaml";
  const Ended learned =
      dragoman({"rerank", "--model", model_, "--forward", backward_, "--source", input_, "--reference", references(),
                "--threads", "1", "--candidates", "4", "--output", file});
  ASSERT_EQ(learned.exit_code, 0) << learned.err;
  EXPECT_GT(bleu_of(model_, {"--rerank", file, "--candidates", "4"}), bleu_of(model_));
}

TEST_F(TargetOrder, IsToldAndKept) {
  EXPECT_THAT(dragoman({"info", backward_}).out, HasSubstr("target order  right-to-left\n"));
  EXPECT_THAT(dragoman({"info", model_}).out, Not(HasSubstr("target order")));
  const std::string small = folder_ / "int8";
  ASSERT_EQ(dragoman({"quantize", "--model", backward_, "--output", small}).exit_code, 0);
  EXPECT_THAT(dragoman({"info", small}).out, HasSubstr("right-to-left"));
}

TEST_F(TargetOrder, ATrainingGoesOnInItsOrderAlone) {
  const std::string model = folder_ / "model";
  ASSERT_EQ(dragoman(training(model, 10)).exit_code, 0);
  ASSERT_EQ(dragoman(training(model, 20)).exit_code, 0);
  std::vector<std::string> other = training(model, 30);
  *(std::ranges::find(other, "right-to-left")) = "left-to-right";
  expect_refusal(dragoman(other), 1, {"target_order 'right-to-left', not"});

  std::vector<std::string> tuning = {"train",
                                     "--init-from",
                                     backward_,
                                     "--train-source",
                                     corpus_->train_source,
                                     "--train-target",
                                     corpus_->train_target,
                                     "--valid-source",
                                     corpus_->valid_source,
                                     "--valid-target",
                                     corpus_->valid_target,
                                     "--model",
                                     folder_ / "tuned",
                                     "--max-steps",
                                     "2",
                                     "--threads",
                                     "1",
                                     "--learning-rate",
                                     "0.0001"};
  const Ended tuned = dragoman(tuning);
  ASSERT_EQ(tuned.exit_code, 0) << tuned.err;
  EXPECT_GT(bleu_of(folder_ / "tuned"), 60);
  std::vector<std::string> grown = tuning;
  grown.insert(grown.end(), {"--add-tokens", folder_.file("pieces", "foreign\n"), "--model", folder_ / "grown"});
  grown.erase(std::ranges::find(grown, "--model"), std::ranges::find(grown, "--max-steps"));
  ASSERT_EQ(dragoman(grown).exit_code, 0);
  EXPECT_GT(bleu_of(folder_ / "grown"), 60);
  tuning.insert(tuning.end(), {"--target-order", "left-to-right"});
  expect_refusal(dragoman(tuning), 2, {"--init-from", "--target-order"});
}

TEST_F(TargetOrder, RefusesWhatItCannotDo) {
  const std::string prefixes = folder_.file("prefixes", std::string(lines_.size(), '\n'));
  expect_refusal(backward({"--input", input_, "--prefix", prefixes}), 2,
                 {"right-to-left", "cannot begin with a prefix"});
  expect_refusal(backward({"--input", input_, "--prefix", prefixes, "--prefix-bonus", "1"}), 2, {"right-to-left"});
  expect_refusal(backward({"--alternatives", "2"}, "dog\n"), 2, {"right-to-left", "alternatives"});
  expect_refusal(backward({"--input-format", "json"}, R"({"text": "dog", "prefix": "hund"})"), 2,
                 {"right-to-left", "cannot begin with a prefix"});
  expect_refusal(dragoman({"translate", "--model", model_, backward_, "--input", input_}), 2,
                 {"cannot search together", "one makes translations left-to-right, the other right-to-left"});
  for (const char* format : {"ctranslate2", "huggingface", "marian"}) {
    expect_refusal(dragoman({"export", "--model", backward_, "--format", format, "--output", folder_ / "exported"}), 1,
                   {"target-order right-to-left cannot be exported"});
  }
  expect_refusal(
      dragoman(training(folder_ / "none", 1, {"--cross-attention-selection", "hard", "--monotonic-attention"})), 2,
      {"monotonic-attention", "target-order right-to-left"});
}

TEST_F(TargetOrder, AServerAnswersWithoutPrefixes) {
  const Server server({"--model", "en:de=" + backward_});
  EXPECT_EQ(server.json("/v1/translate", R"({"text": "old dog"})")["translations"][0]["text"],
            lines_of(backward({}, "old dog\n").out).front());
  for (const char* asked : {R"({"text": "old dog", "prefix": "hund"})", R"({"text": "old dog", "alternatives": 2})"}) {
    const Answer answer = server.post("/v1/translate", asked);
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("right-to-left"));
  }
  EXPECT_EQ(server.json("/v1/translate", R"({"text": "old dog", "details": true})")["alternatives"], false);
}

}  // namespace
}  // namespace dragoman
