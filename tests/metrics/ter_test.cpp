#include "metrics/ter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using testing::ElementsAre;
using Views = std::vector<std::string_view>;

TEST(Ter, CountsTheFewestEditsAndTheAverageLength) {
  const Ter ter;
  EXPECT_THAT(ter.statistics("a b c", Views{"a x c d"}), ElementsAre(2, 4));
  EXPECT_THAT(ter.statistics("a b c", Views{"x y z", "a b c d", ""}), ElementsAre(1, 7 / 3.0));
  EXPECT_THAT(ter.statistics("", Views{"a b"}), ElementsAre(2, 2));
}

TEST(Ter, CaseCountsIfAsked) {
  EXPECT_THAT(Ter().statistics("A Ä", Views{"a ä"}), ElementsAre(0, 2));
  TerOptions options;
  options.case_sensitive = true;
  EXPECT_THAT(Ter(options).statistics("A Ä", Views{"a ä"}), ElementsAre(2, 2));
}

TEST(Ter, NormalisesReferencesTwiceAsSacreBleuDoes) {
  TerOptions options;
  options.normalized = true;
  EXPECT_THAT(Ter(options).statistics("the dog's.", Views{"the dog's."}), ElementsAre(2, 4));
  EXPECT_THAT(Ter(options).statistics("the dog 's .", Views{"the dog's."}), ElementsAre(0, 4));
}

TEST(Ter, ScoreIsEditsForEachReferenceWord) {
  const Ter ter;
  EXPECT_DOUBLE_EQ(ter.score(std::vector<double>{3, 4}), 75);
  EXPECT_EQ(ter.score(std::vector<double>{3, 0}), 100);
  EXPECT_EQ(ter.score(std::vector<double>{0, 0}), 0);
}

TEST(Ter, SignatureNamesTheSettings) {
  const std::vector<double> sum{1, 2};
  EXPECT_EQ(Ter().report(sum, 2).signature.text(),
            "nrefs:2|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:" + signature_version());
  EXPECT_EQ(Ter({true, true, true, true}).report(sum, kVaryingReferences).signature.text(),
            "nrefs:var|case:mixed|tok:tercom|norm:yes|punct:no|asian:yes|version:" + signature_version());
}

}  // namespace
}  // namespace dragoman
