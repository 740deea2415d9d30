#include "metrics/breakdown.h"

#include "metrics/bleu.h"
#include "metrics/segment_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using Texts = std::vector<std::string>;

void at_blanks(std::string_view segment, std::string&, std::vector<std::string_view>& words) {
  split_words(segment, words);
}

class BreakdownOfTwo : public ::testing::Test {
 protected:
  Breakdown broken_down(const WordCounts& frequencies) const {
    const Metric* const metrics[] = {&bleu_};
    const std::vector<SystemStatistics> statistics = {{corpus_statistics(bleu_, one_, {references_}, 1)},
                                                      {corpus_statistics(bleu_, other_, {references_}, 1)}};
    const Texts* const hypotheses[] = {&one_, &other_};
    return break_down({metrics, statistics, hypotheses, references_}, frequencies, at_blanks);
  }

  const Bleu bleu_;
  const Texts references_ = {"a b c d e", "a a x b c d e f", "a b c y y"};
  const Texts one_ = {"a b c d e", "a a a b c d e g", "y"};
  const Texts other_ = {"a b c d f", "a a x b c d e f", ""};
};

TEST_F(BreakdownOfTwo, ScoresSentencesByTheLengthOfTheirReference) {
  const Breakdown breakdown = broken_down(count_words(references_, at_blanks));
  ASSERT_EQ(breakdown.lengths.size(), 2u);
  EXPECT_EQ(breakdown.lengths[0].words.name(), "1–5");
  EXPECT_EQ(breakdown.lengths[0].sentences, 2u);
  EXPECT_EQ(breakdown.lengths[1].words.name(), "6–10");
  const Texts short_hypotheses = {one_[0], one_[2]};
  EXPECT_DOUBLE_EQ(breakdown.lengths[0].scores[0][0],
                   bleu_.corpus_score(short_hypotheses, {{references_[0], references_[2]}}).score);
  EXPECT_DOUBLE_EQ(breakdown.lengths[1].scores[1][0], 100);
}

TEST_F(BreakdownOfTwo, MatchesWordsByTheirFrequency) {
  const Breakdown breakdown = broken_down(count_words(references_, at_blanks));
  // In the references: a 4, b 3, c 3, d 2, e 2, y 2, f 1, x 1; g is unknown to them.
  ASSERT_EQ(breakdown.frequencies.size(), 5u);
  Texts names;
  for (const FrequencyBucket& bucket : breakdown.frequencies) names.push_back(bucket.frequency.name());
  EXPECT_THAT(names, ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_THAT(breakdown.frequencies[0].hypothesis_words, ElementsAre(1, 0));
  EXPECT_EQ(breakdown.frequencies[0].reference_words, 0);
  EXPECT_THAT(breakdown.frequencies[1].hypothesis_words, ElementsAre(0, 3));
  EXPECT_THAT(breakdown.frequencies[1].matches, ElementsAre(0, 2));
  const FrequencyBucket& of_a = breakdown.frequencies[4];
  EXPECT_EQ(of_a.reference_words, 4);
  EXPECT_THAT(of_a.hypothesis_words, ElementsAre(4, 3));
  EXPECT_THAT(of_a.matches, ElementsAre(3, 3));
  EXPECT_DOUBLE_EQ(of_a.precision(1), 1);
  EXPECT_DOUBLE_EQ(of_a.recall(1), 0.75);
  EXPECT_DOUBLE_EQ(of_a.f1(1), 6.0 / 7);
  EXPECT_DOUBLE_EQ(breakdown.frequencies[0].f1(1), 0);
}

TEST_F(BreakdownOfTwo, FrequenciesMayComeFromElsewhere) {
  const Breakdown breakdown = broken_down({{"a", 5000}, {"b", 50}});
  Texts names;
  for (const FrequencyBucket& bucket : breakdown.frequencies) names.push_back(bucket.frequency.name());
  EXPECT_THAT(names, ElementsAre("0", "10–99", "≥1000"));
}

TEST_F(BreakdownOfTwo, PrintsTwoTables) {
  const Texts systems = {"one", "other"}, metrics = {"BLEU"};
  const Breakdown breakdown = broken_down(count_words(references_, at_blanks));
  const std::string text = format_breakdown(breakdown, systems, metrics, 1);
  EXPECT_THAT(text, ::testing::StartsWith("Words in the reference  Sentences  BLEU one  BLEU other\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("\nFrequency of the word  In references  F1 one  F1 other\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("\n4                                  4    75.0      85.7\n"));
  const auto json = to_json(breakdown, systems, metrics);
  EXPECT_DOUBLE_EQ(json["by_length"][1]["scores"][1]["BLEU"], 100);
  EXPECT_EQ(json["by_frequency"][4]["frequency"], "4");
  EXPECT_EQ(json["by_frequency"][4]["scores"][1]["recall"], 0.75);
}

TEST(Breakdown, OfOneSystemHasPrecisionAndRecall) {
  const Breakdown breakdown{{}, {FrequencyBucket{Bucket{1, 1}, 4, {3}, {2}}}};
  const Texts systems = {"one"};
  EXPECT_THAT(format_breakdown(breakdown, systems, {}, 1),
              ::testing::EndsWith("Frequency of the word  In references  Precision  Recall    F1\n"
                                  "---------------------  -------------  ---------  ------  ----\n"
                                  "1                                  4       66.7    50.0  57.1\n"));
}

TEST_F(BreakdownOfTwo, RefusesSystemsOfAnotherLength) {
  const Texts shorter = {"a"};
  const Texts* const hypotheses[] = {&shorter};
  const std::vector<SystemStatistics> statistics(1);
  EXPECT_THROW(break_down({{}, statistics, hypotheses, references_}, {}, at_blanks), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
