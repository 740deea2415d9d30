#include "decoding/text/least_risk.h"

#include "metrics/chrf.h"
#include "metrics/expected_score.h"
#include "metrics/ter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

Translation translation_of(const std::vector<std::string>& texts) {
  Translation translation;
  for (const std::string& text : texts) {
    translation.outputs.emplace_back();
    translation.outputs.back().text = text;
    translation.outputs.back().log_prob = -static_cast<double>(translation.outputs.size());
  }
  return translation;
}

std::vector<std::string> texts_of(const Translation& translation) {
  std::vector<std::string> texts;
  for (const Translation::Output& output : translation.outputs) texts.push_back(output.text);
  return texts;
}

TEST(LeastRisk, TakesWhatIsMostLikeAllOthers) {
  const std::vector<std::string> texts = {"something else", "the old man sleeps", "the old man slept",
                                          "the old man sleeps", "the old men sleep"};
  for (const int threads : {1, 3}) {
    std::vector<Translation> all = {translation_of(texts), translation_of({"one"})};
    choose_by_risk(all, Chrf(), RiskReferences::all, 2, in_threads(threads));
    EXPECT_THAT(texts_of(all[0]), ElementsAre("the old man sleeps", "the old man slept"));
    EXPECT_EQ(all[0].outputs[0].score, expected_scores(Chrf(), texts)[1]);
    EXPECT_EQ(all[0].outputs[0].log_prob, -2) << "the first of those that are equal";
    EXPECT_THAT(texts_of(all[1]), ElementsAre("one"));
  }
}

TEST(LeastRisk, ComparesWithTheMeanOfAll) {
  const std::vector<std::string> texts = {"something else", "the old man sleeps", "the old man slept",
                                          "the old man sleeps", "the old men sleep"};
  std::vector<Translation> all = {translation_of(texts)};
  choose_by_risk(all, Chrf(), RiskReferences::mean, 1, in_threads(1));
  EXPECT_THAT(texts_of(all[0]), ElementsAre("the old man sleeps"));
  EXPECT_EQ(all[0].outputs[0].score, scores_against_mean(Chrf(), texts)[1]);
}

TEST(LeastRisk, KnowsThatErrorsAreBad) {
  std::vector<Translation> all = {translation_of({"x y z", "the old man", "the old man"})};
  choose_by_risk(all, Ter(), RiskReferences::all, 1, in_threads(1));
  EXPECT_THAT(texts_of(all[0]), ElementsAre("the old man"));
  EXPECT_LE(all[0].outputs[0].score, 0);
}

TEST(LeastRisk, KeepsTheOrderOfWhatIsEquallyGood) {
  std::vector<Translation> all = {translation_of({"b", "a"})};
  choose_by_risk(all, Chrf(), RiskReferences::all, 5, in_threads(1));
  EXPECT_THAT(texts_of(all[0]), ElementsAre("b", "a"));
}

}  // namespace
}  // namespace dragoman
