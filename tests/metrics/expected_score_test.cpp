#include "metrics/expected_score.h"

#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/ter.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>
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

// By the definition: a reference that has each n-gram as often as the candidates have it on average.
double score_against_mean(const Metric& metric, const std::string& hypothesis, const std::vector<std::string>& texts,
                          std::size_t orders, bool is_chrf) {
  const auto ngrams = [](const std::string& text, std::size_t order, bool of_characters) {
    std::vector<std::string> tokens;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
      if (!of_characters) tokens.push_back(word + " ");
      if (of_characters) {
        for (const char c : word) tokens.emplace_back(1, c);
      }
    }
    std::map<std::string, double> counts;
    for (std::size_t i = 0; i + order <= tokens.size(); ++i)
      ++counts[std::accumulate(tokens.begin() + i, tokens.begin() + i + order, std::string())];
    return counts;
  };
  std::vector<double> matches, of_hypothesis, of_mean;
  for (std::size_t order = 1; order <= orders; ++order) {
    std::map<std::string, double> mean;
    double total = 0;
    for (const std::string& text : texts) {
      for (const auto& [ngram, count] : ngrams(text, order, is_chrf)) {
        mean[ngram] += count / static_cast<double>(texts.size());
        total += count / static_cast<double>(texts.size());
      }
    }
    matches.push_back(0);
    of_hypothesis.push_back(0);
    of_mean.push_back(total);
    for (const auto& [ngram, count] : ngrams(hypothesis, order, is_chrf)) {
      matches.back() += std::min(count, mean[ngram]);
      of_hypothesis.back() += count;
    }
  }
  std::vector<double> row;
  if (is_chrf) {
    for (std::size_t i = 0; i < orders; ++i)
      row.insert(row.end(), {of_mean[i] > 0 ? of_hypothesis[i] : 0, of_mean[i], matches[i]});
  } else {
    row = {of_hypothesis[0], of_mean[0]};
    row.insert(row.end(), matches.begin(), matches.end());
    row.insert(row.end(), of_hypothesis.begin(), of_hypothesis.end());
  }
  return metric.score(row);
}

TEST(ScoresAgainstMean, AreThoseOfOneReferenceOfMeanCounts) {
  const std::vector<std::string> texts = {"the old old man sleeps", "the old man slept", "a dog",
                                          "the old man sleeps and the dog", "the old man slept"};
  BleuOptions of_sentences;
  of_sentences.effective_order = true;
  const Bleu bleu(of_sentences);
  const Chrf chrf;
  const std::vector<double> by_chrf = scores_against_mean(chrf, texts), by_bleu = scores_against_mean(bleu, texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_NEAR(by_chrf[i], score_against_mean(chrf, texts[i], texts, 6, true), 1e-9) << texts[i];
    EXPECT_NEAR(by_bleu[i], score_against_mean(bleu, texts[i], texts, 4, false), 1e-9) << texts[i];
  }
  EXPECT_EQ(by_chrf[1], by_chrf[4]);
}

TEST(ScoresAgainstMean, AreTheScoresThemselvesWhereAllAreAlike) {
  const std::vector<std::string> alike(3, "The old man, whom I met, sleeps here.");
  ChrfOptions with_words;
  with_words.word_order = 2;
  with_words.lowercase = true;
  EXPECT_NEAR(scores_against_mean(Chrf(with_words), alike).at(0), 100, 1e-9);
  EXPECT_NEAR(scores_against_mean(Bleu(), alike).at(2), 100, 1e-9);
  EXPECT_TRUE(scores_against_mean(Chrf(), {}).empty());
  EXPECT_THROW(scores_against_mean(Ter(), alike), std::invalid_argument);
}

TEST(ExpectedScore, OfOneCandidateIsItsScoreAgainstItself) {
  const std::vector<std::string> one = {"the old man sleeps here"};
  EXPECT_NEAR(expected_scores(Bleu(), one).at(0), 100, 1e-9);
  EXPECT_TRUE(expected_scores(Chrf(), {}).empty());
}

}  // namespace
}  // namespace dragoman
