#include "metrics/rouge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using Views = std::vector<std::string_view>;

Rouge rouge(RougeType type, bool stem = false) {
  RougeOptions options;
  options.type = type;
  options.stem = stem;
  return Rouge(options);
}

// tests/fixtures/metric_golden.json holds many more cases of all of these.
TEST(Rouge, WordsAreAsciiLettersAndDigitsInLowerCase) {
  EXPECT_THAT(rouge(RougeType::k1).statistics("The cat-1, ÄÖ x", Views{"the CAT 1"}),
              ElementsAre(DoubleEq(3 / 4.0), 1, DoubleEq(6 / 7.0), 1));
  EXPECT_THAT(rouge(RougeType::k1).statistics("ä", Views{"ä"}), ElementsAre(0, 0, 0, 1));
}

TEST(Rouge, EachTypeCountsItsOwn) {
  const std::string hypothesis = "a b c d", reference = "a c b d";
  EXPECT_EQ(rouge(RougeType::k1).statistics(hypothesis, Views{reference})[2], 1);
  EXPECT_EQ(rouge(RougeType::k2).statistics(hypothesis, Views{reference})[2], 0);
  EXPECT_EQ(rouge(RougeType::kL).statistics(hypothesis, Views{reference})[2], 0.75);
}

TEST(Rouge, LsumJoinsTheCommonWordsOfSentences) {
  const std::string hypothesis = "a b\nc d", reference = "c d a b";
  EXPECT_EQ(rouge(RougeType::kL).statistics(hypothesis, Views{reference})[2], 0.5);
  EXPECT_EQ(rouge(RougeType::kLsum).statistics(hypothesis, Views{reference})[2], 1);
  RougeOptions options;
  options.type = RougeType::kLsum;
  options.sentence_separator = "<n>";
  EXPECT_EQ(Rouge(options).statistics("(a b)<n> c d", Views{reference})[2], 1);
}

TEST(Rouge, TakesNoSeparatorForAWord) {
  for (const RougeType type : {RougeType::k1, RougeType::k2, RougeType::kL, RougeType::kLsum}) {
    RougeOptions options;
    options.type = type;
    options.sentence_separator = "<n>";
    EXPECT_EQ(Rouge(options).statistics("a b<n>c", Views{"a b c"})[2], 1) << to_string(type);
    EXPECT_EQ(Rouge(options).statistics("x<n>y z", Views{"v<n>w u"})[2], 0) << to_string(type);
  }
}

TEST(Rouge, StemsWordsLongerThanThreeLetters) {
  EXPECT_EQ(rouge(RougeType::k1, true).statistics("cats walking was", Views{"cat walked wa"})[0], 2 / 3.0);
  EXPECT_EQ(rouge(RougeType::k1).statistics("cats walking was", Views{"cat walked wa"})[0], 0);
}

TEST(Rouge, TakesTheReferenceWithTheBestF1) {
  EXPECT_THAT(rouge(RougeType::k1).statistics("a b", Views{"a c d", "a b c", "x"}),
              ElementsAre(1, DoubleEq(2 / 3.0), DoubleEq(0.8), 1));
}

TEST(Rouge, ReportsMeansInPerCent) {
  const ScoreReport report = rouge(RougeType::kLsum, true).report(std::vector<double>{1.5, 1, 1.2, 2}, 1);
  EXPECT_EQ(format_text(report),
            "ROUGE-Lsum|nrefs:1|stem:yes|version:" + signature_version() + " = 60.00 (P = 75.00 R = 50.00)");
}

TEST(Rouge, RefusesAnEmptySeparator) {
  RougeOptions options;
  options.sentence_separator = "";
  EXPECT_THROW(Rouge{options}, std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
