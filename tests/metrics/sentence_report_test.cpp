#include "metrics/sentence_report.h"

#include "metrics/bleu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using Texts = std::vector<std::string>;

class SentenceReport : public ::testing::Test {
 protected:
  const Texts sources_ = {"eins", "zwei", "drei"};
  const ReferenceStreams references_ = {{"one", "two", "three"}, {"1", "2", "3"}};
  const Texts a_ = {"one", "too", "tree"}, b_ = {"won", "two", "tree"};
  const std::vector<const Texts*> hypotheses_ = {&a_, &b_};
  const ScoredSentences sentences_{sources_, references_, hypotheses_, {{{100, 20, 5}}, {{7.25, 100, 5}}}};
  const Texts systems_ = {"a", "long"};
};

TEST_F(SentenceReport, WorstAreThoseOfTheLowestMean) {
  EXPECT_THAT(worst_sentences(sentences_, 2, false), ElementsAre(2, 0));
  EXPECT_THAT(worst_sentences(sentences_, 9, true), ElementsAre(1, 0, 2));
}

TEST_F(SentenceReport, TiesKeepTheOrderOfTheFile) {
  const ScoredSentences tied{{}, references_, hypotheses_, {{{5, 5, 5}}, {{1, 1, 1}}}};
  EXPECT_THAT(worst_sentences(tied, 3, false), ElementsAre(0, 1, 2));
}

TEST_F(SentenceReport, TextsStandBelowOneAnother) {
  const std::size_t shown[] = {2, 0};
  EXPECT_EQ(format_sentences(sentences_, shown, systems_, "BLEU", 1),
            "line 3, BLEU\n"
            "  source     drei\n"
            "  reference  three\n"
            "  reference  3\n"
            "  a 5.0      tree\n"
            "  long 5.0   tree\n"
            "\n"
            "line 1, BLEU\n"
            "  source     eins\n"
            "  reference  one\n"
            "  reference  1\n"
            "  a 100.0    one\n"
            "  long 7.2   won\n");
}

TEST_F(SentenceReport, JsonHasTheScoresOfEachSystem) {
  const std::size_t shown[] = {0};
  const Texts metrics = {"BLEU"};
  EXPECT_EQ(to_json(sentences_, shown, systems_, metrics).dump(),
            R"([{"line":1,"source":"eins","references":["one","1"],"hypotheses":[)"
            R"({"system":"a","text":"one","BLEU":100.0},{"system":"long","text":"won","BLEU":7.25}]}])");
}

TEST_F(SentenceReport, ASentenceScoresByItsOwnStatistics) {
  BleuOptions options;
  options.effective_order = true;
  const Bleu bleu(options);
  const auto scores = sentence_scores(bleu, corpus_statistics(bleu, a_, references_, 1));
  ASSERT_EQ(scores.size(), 3u);
  EXPECT_DOUBLE_EQ(scores[0], 100);
  EXPECT_EQ(scores[2], bleu.corpus_score(Texts{"tree"}, {{"three"}, {"3"}}).score);
}

}  // namespace
}  // namespace dragoman
