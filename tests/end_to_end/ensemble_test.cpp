#include "tests/end_to_end/translate_fixture.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The tiny model with another, of another architecture, that has learned less.
class Ensemble : public Translate {
 protected:
  static void SetUpTestSuite() {
    made_ = new TemporaryFolder;
    const TinyCorpus corpus(*made_);
    const Ended ended = dragoman(tiny_training(corpus, *made_ / "other", 30, "rnn"));
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    const Ended of_words = dragoman(training_of_words(corpus, *made_ / "words"));
    ASSERT_EQ(of_words.exit_code, 0) << of_words.err;
    std::vector<std::string> training = tiny_training(corpus, *made_ / "short", 2);
    *std::ranges::find(training, "sinusoidal") = "learned";
    training.insert(training.end(), {"--max-positions", "9", "--max-length", "8"});
    const Ended of_short_lines = dragoman(training);
    ASSERT_EQ(of_short_lines.exit_code, 0) << of_short_lines.err;
  }
  static void TearDownTestSuite() { delete made_; }

  // Of a model that reads words, of which a list says the ids, and writes the tokens of the tiny model.
  static std::vector<std::string> training_of_words(const TinyCorpus& corpus, const std::string& model) {
    std::istringstream text(read_text(corpus.train_source));
    const std::set<std::string> words{std::istream_iterator<std::string>(text), {}};
    std::string vocabulary = "<pad>\n<s>\n</s>\n<unk>\n";
    for (const std::string& word : words) vocabulary += word + "\n";
    std::vector<std::string> training = tiny_training(corpus, model, 150);
    for (const char* learned : {"--vocab-size", "--tokenizer-algorithm"}) {
      const auto option = std::ranges::find(training, learned);
      training.erase(option, option + 2);
    }
    training.insert(training.end(), {"--source-tokenizer", made_->file("words.en", vocabulary), "--target-tokenizer",
                                     shared_model() + "/tokenizer.spm", "--tied-embeddings", "target"});
    return training;
  }

  // With both models.
  Ended together(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"translate", "--input", input_, "--threads", "1", "--model", model_, other_});
    return dragoman(arguments);
  }

  const std::string other_ = *made_ / "other", of_words_ = *made_ / "words", short_ = *made_ / "short";

 private:
  static inline TemporaryFolder* made_ = nullptr;
};

TEST_F(Ensemble, SearchesWithSeveralModels) {
  const Ended ended = together({});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(count_lines(ended.out), lines_.size());
  EXPECT_NE(ended.out, translate({"--input", input_}).out);
  EXPECT_EQ(together({"--block-lines", "3", "--batch-size", "1"}).out, ended.out);
  EXPECT_EQ(together({"--weights", "2", "2"}).out, ended.out);
  EXPECT_EQ(together({"--weights", "1000000", "1"}).out, translate({"--input", input_}).out);
  EXPECT_NE(together({"--ensemble-mean", "probabilities"}).out, ended.out);
  // In parts, too, and whatever else a search can have.
  const Ended several = dragoman({"translate", "--input", input_, "--model", model_, "--model", other_, "--precision",
                                  "int8", "--temperature", "1", "--mbr", "chrf", "--candidates", "4", "--alignment"});
  EXPECT_EQ(several.exit_code, 0) << several.err;
  EXPECT_THAT(several.out, HasSubstr(" ||| "));
}

TEST_F(Ensemble, ReadsByTheVocabularyOfEachModel) {
  const auto both = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--input", input_, "--model", of_words_});
    return translate(more);
  };
  const Ended ended = both({});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(count_lines(ended.out), lines_.size());
  EXPECT_EQ(both({"--block-lines", "3", "--batch-size", "1"}).out, ended.out);
  EXPECT_EQ(both({"--weights", "1000000", "1"}).out, translate({"--input", input_}).out);
  EXPECT_EQ(both({"--weights", "1", "1000000"}).out,
            dragoman({"translate", "--model", of_words_, "--input", input_, "--threads", "1"}).out);
  // Parts of lines, blank ones, and words that one of them does not know.
  const std::string input = folder_.file("odd", "old dog sees old dog sees old cat\n\n  \nold zebra sees\n\u00ad\n");
  const Ended odd = dragoman({"translate", "--input", input, "--model", model_, of_words_, "--max-source-length", "3",
                              "--alignment", "--temperature", "1", "--sampling-seed", "3"});
  ASSERT_EQ(odd.exit_code, 0) << odd.err;
  EXPECT_EQ(count_lines(odd.out), 5u);
  EXPECT_THAT(odd.err, HasSubstr("longer than 3 tokens"));
}

TEST_F(Ensemble, TheLengthHoldsThatIsTooMuchForOneModel) {
  const std::string input = folder_.file("long", "dog\nold dog sees old dog sees old cat drinks old water\n");
  const auto told = [&](const std::vector<std::string>& models) {
    std::vector<std::string> words = {"translate", "--input", input, "--threads", "1", "--model"};
    words.insert(words.end(), models.begin(), models.end());
    const Ended ended = dragoman(words);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(count_lines(ended.out), 2u);
    return ended.err;
  };
  EXPECT_THAT(told({short_}), HasSubstr("line 2: longer than the 8 tokens that the model has positions for"));
  EXPECT_THAT(told({model_}), Not(HasSubstr("positions")));
  for (const std::vector<std::string>& both : {std::vector{model_, short_}, {short_, model_}, {short_, of_words_}}) {
    EXPECT_THAT(told(both), HasSubstr("line 2: longer than the 8 tokens that one of the models has positions for, "
                                      "translated in parts"));
  }
}

TEST_F(Ensemble, IsEvaluatedAndGoesThroughALanguageBetween) {
  std::vector<std::string> targets;
  for (const std::string& line : lines_) targets.push_back(tiny_target_line(line));
  const std::string reference = folder_.file("reference", join_lines(targets));
  const Ended ended = dragoman({"evaluate", "--model", model_, other_, "--source", input_, "--reference", reference,
                                "--write-hypotheses", folder_ / "out"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(read_text(folder_ / "out"), together({}).out);
  EXPECT_EQ(together({"--via", model_}).exit_code, 0);
}

TEST_F(Ensemble, ContinuesNoOutputOfOtherModelsOrWeights) {
  const std::string output = folder_ / "output", whole = read_text(input_);
  const auto to_file = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--output", output, "--strict", "--block-lines", "10"});
    return together(more);
  };
  folder_.file("input", whole + "\xFF\n");  // refused when the lines before it are done
  expect_refusal(to_file({}), 1, {input_ + ":41: invalid UTF-8"});
  EXPECT_EQ(count_lines(read_text(output + ".partial")), 40u);
  folder_.file("input", whole);
  expect_refusal(translate({"--input", input_, "--output", output, "--strict"}), 1, {"another model", "--restart"});
  expect_refusal(to_file({"--weights", "1", "2"}), 1, {"weights", "--restart"});
  expect_refusal(to_file({"--ensemble-mean", "probabilities"}), 1, {"ensemble-mean", "--restart"});
  EXPECT_EQ(to_file({}).exit_code, 0);
  EXPECT_EQ(read_text(output), together({}).out);
}

TEST_F(Ensemble, SaysWhatDoesNotFit) {
  expect_refusal(translate({"--input", input_, "--weights", "1"}), 2, {"--weights is about several models", "--model"});
  expect_refusal(translate({"--input", input_, "--ensemble-mean", "probabilities"}), 2, {"--model A B"});
  expect_refusal(together({"--weights", "1", "2", "3"}), 2, {"--weights are 3, but there are 2 models"});
  expect_refusal(together({"--weights", "1", "0"}), 2, {"0 must be above 0"});
  expect_refusal(dragoman({"translate", "--model", model_, input_}), 2,
                 {"no model directory; write --input " + input_});
  const TinyCorpus other_corpus(folder_, 100);
  const Ended trained = dragoman(tiny_training(other_corpus, folder_ / "third", 1));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  expect_refusal(translate({"--input", input_, "--model", folder_ / "third"}), 2,
                 {"cannot search together", "vocabularies differ", "--target-tokenizer"});
}

}  // namespace
}  // namespace dragoman
