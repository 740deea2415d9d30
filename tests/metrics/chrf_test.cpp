#include "metrics/chrf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using testing::ElementsAre;
using Views = std::vector<std::string_view>;

// tests/fixtures/metric_golden.json holds many more cases of all of these.
TEST(Chrf, StatisticsAreTriplesOfEachOrder) {
  ChrfOptions options;
  options.char_order = 2;
  options.word_order = 1;
  // Characters without white space: "abc." and "abd."; words: "ab" "c" "." and "ab" "d" ".".
  EXPECT_THAT(Chrf(options).statistics("ab c.", Views{"ab d."}), ElementsAre(4, 4, 3, 3, 3, 1, 3, 3, 2));
  options.whitespace = true;
  EXPECT_THAT(Chrf(options).statistics("ab c.", Views{"ab d."}), ElementsAre(5, 5, 4, 4, 4, 2, 3, 3, 2));
}

TEST(Chrf, OrdersThatTheReferenceLacksDoNotCount) {
  ChrfOptions options;
  options.char_order = 3;
  EXPECT_THAT(Chrf(options).statistics("abc", Views{"ab"}), ElementsAre(3, 2, 2, 2, 1, 1, 0, 0, 0));
}

TEST(Chrf, TakesTheReferenceWithTheBestScore) {
  ChrfOptions options;
  options.char_order = 1;
  EXPECT_THAT(Chrf(options).statistics("abcd", Views{"abxx", "abcx", "cdxx"}), ElementsAre(4, 4, 3));
  EXPECT_THAT(Chrf(options).statistics("abcd", Views{"x", "yz"}), ElementsAre(4, 1, 0));  // the first of equals
}

TEST(Chrf, CharactersAreCodePoints) {
  ChrfOptions options;
  options.char_order = 1;
  EXPECT_THAT(Chrf(options).statistics("ä👍", Views{"a👍\u0301"}), ElementsAre(2, 3, 1));
}

TEST(Chrf, ScoreFollowsTheFormula) {
  ChrfOptions options;
  options.char_order = 1;
  EXPECT_DOUBLE_EQ(Chrf(options).score(std::vector<double>{4, 5, 2}), 100 * 5 * 0.5 * 0.4 / (4 * 0.5 + 0.4));
  EXPECT_EQ(Chrf(options).score(std::vector<double>{4, 5, 0}), 0);
  EXPECT_EQ(Chrf(options).score(std::vector<double>{0, 0, 0}), 0);
}

TEST(Chrf, NameAndSignatureNameTheSettings) {
  ChrfOptions options;
  options.word_order = 2;
  const std::vector<double> sum(24);
  EXPECT_EQ(Chrf(options).report(sum, 1).name, "chrF2++");
  EXPECT_EQ(Chrf(options).report(sum, 1).signature.text(),
            "nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:" + signature_version());
}

TEST(Chrf, RefusesImpossibleOptions) {
  ChrfOptions options;
  options.char_order = 0;
  EXPECT_THROW(Chrf{options}, std::invalid_argument);  // no n-grams at all
  options.word_order = 17;
  EXPECT_THROW(Chrf{options}, std::invalid_argument);
  options.word_order = 1;
  EXPECT_NO_THROW(Chrf{options});
  options.beta = -1;
  EXPECT_THROW(Chrf{options}, std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
