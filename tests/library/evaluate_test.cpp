#include "tests/base/temporary_folder.h"
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <dragoman/evaluate.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class LibraryEvaluate : public ::testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::vector<std::string> hypotheses_ = tiny_source_lines(30, 3);
  const std::vector<std::vector<std::string>> references_ = {tiny_source_lines(30, 4), hypotheses_};
  const std::string hypothesis_ = folder_.file("hypothesis", join_lines(hypotheses_));
  const std::string reference_ = folder_.file("reference", join_lines(references_[0]));
};

TEST_F(LibraryEvaluate, GivesTheProgramsReport) {
  const auto scores =
      api::evaluate(hypotheses_, std::span(references_).first(1),
                    {{"metrics", std::vector<std::string>{"bleu", "chrf", "ter"}}, {"lowercase", true}});
  const Ended program = dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", reference_, "--metrics",
                                  "bleu", "chrf", "ter", "--lowercase"});
  const std::vector<std::string> printed = lines_of(program.out);
  ASSERT_THAT(scores, SizeIs(3));
  ASSERT_THAT(printed, SizeIs(3));
  // The program puts the equals signs below each other.
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(printed[i].substr(printed[i].find_first_not_of(' ')), scores[i].text);
  EXPECT_EQ(scores[0].name, "BLEU");
  EXPECT_THAT(scores[0].signature, HasSubstr("case:lc"));
}

TEST_F(LibraryEvaluate, TakesSeveralReferences) {
  EXPECT_DOUBLE_EQ(api::evaluate(hypotheses_, references_).front().score, 100.0);
}

TEST_F(LibraryEvaluate, ScoresSentences) {
  const auto scores = api::evaluate(hypotheses_, std::span(references_).last(1), {}, api::SentenceScores::wanted);
  ASSERT_THAT(scores.front().sentences, SizeIs(30));
  for (const double score : scores.front().sentences) EXPECT_GT(score, 99.9);
}

TEST_F(LibraryEvaluate, RefusesWhatCannotBe) {
  const auto refusal = [&](const std::vector<std::string>& hypotheses, const api::Options& options) -> std::string {
    try {
      api::evaluate(hypotheses, references_, options);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "no refusal";
  };
  EXPECT_THAT(refusal({"one"}, {}), HasSubstr("1 hypotheses, but 30 references"));
  EXPECT_THAT(refusal(hypotheses_, {{"metrics", "blue"}}), HasSubstr("blue"));
  EXPECT_THAT(refusal(hypotheses_, {{"chrf-beta", 3}}), HasSubstr("--chrf-beta is an option of chrf"));
  EXPECT_THROW(api::evaluate({}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
