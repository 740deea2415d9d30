#include "decoding/search/ensemble_scorer.h"

#include "decoding/search/beam_search.h"
#include "tests/decoding/enumeration.h"
#include "tests/decoding/fake_scorer.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::SizeIs;

constexpr SearchTokens kEnsembleTokens{FakeScorer::kStart, FakeScorer::kEos};
constexpr EnsembleMean kBothMeans[] = {EnsembleMean::kProbabilities, EnsembleMean::kLogProbabilities};

// By the definition, in probabilities.
NextProbabilities mean_of(std::vector<NextProbabilities> languages, EnsembleMean mean) {
  return [=](std::size_t sentence, const Prefix& prefix) {
    std::vector<double> result = languages[0](sentence, prefix);
    for (std::size_t i = 1; i < languages.size(); ++i) {
      const std::vector<double> more = languages[i](sentence, prefix);
      for (std::size_t id = 0; id < result.size(); ++id)
        result[id] = mean == EnsembleMean::kProbabilities ? result[id] + more[id] : result[id] * more[id];
    }
    const auto count = static_cast<double>(languages.size());
    for (double& value : result)
      value = mean == EnsembleMean::kProbabilities ? value / count : std::pow(value, 1.0 / count);
    return result;
  };
}

// Of one sentence's first token.
LogProbs log_probs_of(std::vector<StepScorer*> scorers, const EnsembleOptions& options) {
  EnsembleScorer ensemble(std::move(scorers), options);
  return ensemble.step(std::vector<std::int32_t>{FakeScorer::kStart}, std::vector<std::int64_t>{0})->log_probs();
}

Candidates best_of_ensemble(std::vector<StepScorer*> scorers, const EnsembleOptions& options, std::int64_t count) {
  EnsembleScorer ensemble(std::move(scorers), options);
  return ensemble.step(std::vector<std::int32_t>{FakeScorer::kStart}, std::vector<std::int64_t>{0})
      ->best({count, std::vector<AllowedIds>(1), std::vector<std::vector<std::int32_t>>{{1, 0}}});
}

TEST(EnsembleScorer, ItsRowsAreTheMean) {
  FakeScorer one([](std::size_t, const Prefix&) -> std::vector<double> { return {0.0, 0.9, 0.1, 0.0}; });
  FakeScorer other([](std::size_t, const Prefix&) -> std::vector<double> { return {0.5, 0.4, 0.1, 0.0}; });
  const LogProbs mean = log_probs_of({&one, &other}, {EnsembleMean::kProbabilities, {}});
  ASSERT_EQ(mean.rows, 1);
  ASSERT_EQ(mean.vocabulary, 4);
  EXPECT_NEAR(mean.values[0], std::log(0.25), 1e-6);
  EXPECT_NEAR(mean.values[1], std::log(0.65), 1e-6);
  EXPECT_NEAR(mean.values[2], std::log(0.1), 1e-6);
  EXPECT_EQ(mean.values[3], -INFINITY);

  FakeScorer again([](std::size_t, const Prefix&) -> std::vector<double> { return {0.0, 0.9, 0.1, 0.0}; });
  FakeScorer more([](std::size_t, const Prefix&) -> std::vector<double> { return {0.5, 0.4, 0.1, 0.0}; });
  const LogProbs of_logs = log_probs_of({&again, &more}, {EnsembleMean::kLogProbabilities, {}});
  EXPECT_EQ(of_logs.values[0], -INFINITY) << "impossible to one of them";
  EXPECT_NEAR(of_logs.values[1], std::log(0.6), 1e-6);
  EXPECT_NEAR(of_logs.values[2], std::log(0.1), 1e-6);
}

TEST(EnsembleScorer, ALargeBeamOfSeveralModelsIsExhaustive) {
  SearchOptions wide;
  wide.beam_size = wide.n_best = 40;
  wide.min_length = 0;
  wide.max_length = 3;
  const ForbiddenIds no_two({2});
  const Constraint* const constraint = &no_two;
  for (const EnsembleMean mean : kBothMeans) {
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
      const std::vector<NextProbabilities> languages{random_language(seed, 4), random_language(seed + 100, 4, 3.0),
                                                     random_language(seed + 200, 4)};
      FakeScorer a(languages[0]), b(languages[1]), c(languages[2]);
      EnsembleScorer ensemble({&a, &b, &c}, {mean, {}});
      const std::vector<Hypothesis> found =
          beam_search(ensemble, std::vector<SearchedSentence>{{5}}, kEnsembleTokens, wide)[0];
      const std::vector<Hypothesis> expected = enumerate(mean_of(languages, mean), wide, 3);
      ASSERT_THAT(expected, SizeIs(40));
      expect_found(found, expected);

      FakeScorer d(languages[0]), e(languages[1]), f(languages[2]);
      EnsembleScorer constrained({&d, &e, &f}, {mean, {}});
      expect_found(beam_search(constrained, std::vector<SearchedSentence>{{5}}, kEnsembleTokens, wide, {constraint})[0],
                   keep_if(expected, [](const Hypothesis& h) { return std::ranges::count(h.ids, 2) == 0; }));
    }
  }
}

TEST(EnsembleScorer, OneModelAloneIsItself) {
  SearchOptions options;
  options.beam_size = options.n_best = 4;
  options.max_length = 12;
  const std::vector<SearchedSentence> sentences(10, {5});
  for (const EnsembleMean mean : kBothMeans) {
    FakeScorer alone(random_language(3, 9)), member(random_language(3, 9));
    EnsembleScorer ensemble({&member}, {mean, {}});
    const auto expected = beam_search(alone, sentences, kEnsembleTokens, options);
    const auto found = beam_search(ensemble, sentences, kEnsembleTokens, options);
    for (std::size_t i = 0; i < found.size(); ++i) expect_found(found[i], expected[i]);
  }
}

TEST(EnsembleScorer, WeightsAreSharesOfTheMean) {
  const auto of = [](const EnsembleOptions& options) {
    FakeScorer one([](std::size_t, const Prefix&) -> std::vector<double> { return {0.2, 0.8}; });
    FakeScorer other([](std::size_t, const Prefix&) -> std::vector<double> { return {0.6, 0.4}; });
    return log_probs_of({&one, &other}, options);
  };
  EXPECT_NEAR(of({EnsembleMean::kProbabilities, {3, 1}}).values[0], std::log(0.3), 1e-6);
  EXPECT_NEAR(of({EnsembleMean::kProbabilities, {0.3, 0.1}}).values[1], std::log(0.7), 1e-6);
  EXPECT_NEAR(of({EnsembleMean::kLogProbabilities, {3, 1}}).values[0], 0.75 * std::log(0.2) + 0.25 * std::log(0.6),
              1e-6);
}

// What exp() of floats does not know is told apart all the same, and what cannot follow does not.
TEST(EnsembleScorer, VerySmallProbabilitiesKeepTheirOrder) {
  const auto tiny = [](std::size_t, const Prefix&) -> std::vector<double> { return {0.0, 1e-43, 1e-42, 1.0, 1e-44}; };
  FakeScorer one(tiny), other(tiny);
  const Candidates best = best_of_ensemble({&one, &other}, {EnsembleMean::kProbabilities, {}}, 5);
  EXPECT_THAT(best.ids, ::testing::ElementsAre(3, 2, 1, 4, 0));
  EXPECT_NEAR(best.log_probs[1], std::log(1e-42), 1e-2);
  EXPECT_EQ(best.log_probs[4], -INFINITY);
}

TEST(EnsembleScorer, BestAreTheBestOfAllLogProbabilities) {
  for (const EnsembleMean mean : kBothMeans) {
    FakeScorer a(random_language(4, 300)), b(random_language(5, 300)), c(random_language(4, 300)),
        d(random_language(5, 300));
    const EnsembleOptions options{mean, {1, 2}};
    const Candidates best = best_of_ensemble({&a, &b}, options, 20);
    const LogProbs all = log_probs_of({&c, &d}, options);
    const Candidates expected = best_of(all, {20, std::vector<AllowedIds>(1)});
    EXPECT_EQ(best.ids, expected.ids);
    for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(best.log_probs[i], expected.log_probs[i], 1e-5);
    ASSERT_EQ(best.named.size(), 1u);
    EXPECT_NEAR(best.named[0].at(0).log_prob, all.values[1], 1e-5);
    EXPECT_NEAR(best.named[0].at(1).log_prob, all.values[0], 1e-5);
  }
}

// Each row has as many as are asked of it, among what it allows, whatever the others have: one has less than it is
// asked for, and the candidates of another are too improbable for exp() of floats.
TEST(EnsembleScorer, RowsOfAStepAreAnsweredEachByItself) {
  const NextProbabilities language = [](std::size_t sentence, const Prefix&) -> std::vector<double> {
    if (sentence == 2) return {1e-43, 1e-42, 1e-41, 1e-40, 1e-44, 1e-39};
    return sentence == 0 ? std::vector{0.3, 0.25, 0.2, 0.15, 0.06, 0.04} : std::vector{0.04, 0.06, 0.3, 0.1, 0.2, 0.3};
  };
  std::vector<AllowedIds> allowed(4);
  allowed[1].keep_only(std::vector<std::int32_t>{0, 4});
  allowed[3].forbid(std::vector<std::int32_t>{2});
  const std::vector<std::int64_t> more{0, 2, 1, 3};
  const std::vector<std::int32_t> starts(4, FakeScorer::kStart);
  const std::vector<std::int64_t> parents{0, 1, 2, 3};
  for (const EnsembleMean mean : kBothMeans) {
    FakeScorer a(language), b(language), c(language), d(language);
    EnsembleScorer ensemble({&a, &b}, {mean, {}}), again({&c, &d}, {mean, {}});
    const TokenQuery query{.count = 2, .allowed = allowed, .more = more};
    const Candidates found = ensemble.step(starts, parents)->best(query);
    const Candidates expected = best_of(again.step(starts, parents)->log_probs(), query);
    EXPECT_EQ(found.per_row, 5);
    ASSERT_EQ(found.ids.size(), expected.ids.size());
    for (std::size_t i = 0; i < found.ids.size(); ++i) {
      EXPECT_EQ(std::isinf(found.log_probs[i]), std::isinf(expected.log_probs[i])) << i;
      if (std::isinf(expected.log_probs[i])) continue;
      EXPECT_EQ(found.ids[i], expected.ids[i]) << i;
      EXPECT_NEAR(found.log_probs[i], expected.log_probs[i], 1e-5) << i;
    }
    EXPECT_EQ(std::ranges::count(found.log_probs, -INFINITY), 3 + 3 + 2 + 0);
  }
}

TEST(EnsembleScorer, RefusesModelsThatDoNotFit) {
  EXPECT_THROW(EnsembleScorer({}, {}), std::invalid_argument);
  FakeScorer four(random_language(1, 4)), five(random_language(1, 5));
  EXPECT_THROW(log_probs_of({&four, &five}, {}), std::runtime_error);
  for (const std::vector<double>& weights : {std::vector<double>{1}, {1, 0}, {1, -1}, {1, INFINITY}, {1, NAN}})
    EXPECT_THROW(EnsembleScorer({&four, &five}, {EnsembleMean::kProbabilities, weights}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
