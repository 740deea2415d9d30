#include "metrics/expected_score.h"

#include "metrics/bleu.h"
#include "metrics/chrf.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

double score_of(const Metric& metric, const std::string& hypothesis, const std::string& reference) {
  const std::string_view view = reference;
  return metric.score(metric.statistics(hypothesis, {&view, 1}));
}

TEST(ExpectedScore, IsTheMeanOverAllCandidates) {
  const std::vector<std::string> candidates = {"the old man sleeps", "the old man slept", "a dog", "the old man sleeps",
                                               ""};
  const Chrf chrf;
  const std::vector<double> scores = expected_scores(chrf, candidates);
  ASSERT_EQ(scores.size(), candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    double sum = 0;
    for (const std::string& reference : candidates) sum += score_of(chrf, candidates[i], reference);
    EXPECT_NEAR(scores[i], sum / 5, 1e-9) << candidates[i];
  }
  EXPECT_EQ(scores[0], scores[3]);
  EXPECT_GT(scores[0], scores[1]) << "it is there twice";
  EXPECT_GT(scores[1], scores[2]);
}

TEST(ExpectedScore, OfOneCandidateIsItsScoreAgainstItself) {
  const std::vector<std::string> one = {"the old man sleeps here"};
  EXPECT_NEAR(expected_scores(Bleu(), one).at(0), 100, 1e-9);
  EXPECT_TRUE(expected_scores(Chrf(), {}).empty());
}

}  // namespace
}  // namespace dragoman
