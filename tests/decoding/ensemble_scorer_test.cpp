#include "decoding/search/ensemble_scorer.h"

#include "decoding/search/beam_search.h"
#include "tests/decoding/enumeration.h"
#include "tests/decoding/fake_scorer.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
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

TEST(EnsembleScorer, ItsRowsAreTheMean) {
  FakeScorer one([](std::size_t, const Prefix&) -> std::vector<double> { return {0.0, 0.9, 0.1, 0.0}; });
  FakeScorer other([](std::size_t, const Prefix&) -> std::vector<double> { return {0.5, 0.4, 0.1, 0.0}; });
  const std::vector<std::int32_t> start{FakeScorer::kStart};
  const std::vector<std::int64_t> parents{0};
  const LogProbs mean = EnsembleScorer({&one, &other}, EnsembleMean::kProbabilities).step(start, parents)->log_probs();
  ASSERT_EQ(mean.rows, 1);
  ASSERT_EQ(mean.vocabulary, 4);
  EXPECT_NEAR(mean.values[0], std::log(0.25), 1e-6);
  EXPECT_NEAR(mean.values[1], std::log(0.65), 1e-6);
  EXPECT_NEAR(mean.values[2], std::log(0.1), 1e-6);
  EXPECT_EQ(mean.values[3], -INFINITY);

  FakeScorer again([](std::size_t, const Prefix&) -> std::vector<double> { return {0.0, 0.9, 0.1, 0.0}; });
  FakeScorer more([](std::size_t, const Prefix&) -> std::vector<double> { return {0.5, 0.4, 0.1, 0.0}; });
  const LogProbs of_logs =
      EnsembleScorer({&again, &more}, EnsembleMean::kLogProbabilities).step(start, parents)->log_probs();
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
      EnsembleScorer ensemble({&a, &b, &c}, mean);
      const std::vector<Hypothesis> found =
          beam_search(ensemble, std::vector<std::int32_t>{5}, kEnsembleTokens, wide)[0];
      const std::vector<Hypothesis> expected = enumerate(mean_of(languages, mean), wide, 3);
      ASSERT_THAT(expected, SizeIs(40));
      expect_found(found, expected);

      FakeScorer d(languages[0]), e(languages[1]), f(languages[2]);
      EnsembleScorer constrained({&d, &e, &f}, mean);
      expect_found(beam_search(constrained, std::vector<std::int32_t>{5}, kEnsembleTokens, wide, {&constraint, 1})[0],
                   keep_if(expected, [](const Hypothesis& h) { return std::ranges::count(h.ids, 2) == 0; }));
    }
  }
}

TEST(EnsembleScorer, OneModelAloneIsItself) {
  SearchOptions options;
  options.beam_size = options.n_best = 4;
  options.max_length = 12;
  const std::vector<std::int32_t> lengths(10, 5);
  for (const EnsembleMean mean : kBothMeans) {
    FakeScorer alone(random_language(3, 9)), member(random_language(3, 9));
    EnsembleScorer ensemble({&member}, mean);
    const auto expected = beam_search(alone, lengths, kEnsembleTokens, options);
    const auto found = beam_search(ensemble, lengths, kEnsembleTokens, options);
    for (std::size_t i = 0; i < found.size(); ++i) expect_found(found[i], expected[i]);
  }
}

TEST(EnsembleScorer, RefusesModelsThatDoNotFit) {
  EXPECT_THROW(EnsembleScorer({}, EnsembleMean::kProbabilities), std::invalid_argument);
  FakeScorer four(random_language(1, 4)), five(random_language(1, 5));
  EnsembleScorer ensemble({&four, &five}, EnsembleMean::kProbabilities);
  EXPECT_THROW(ensemble.step(std::vector<std::int32_t>{FakeScorer::kStart}, std::vector<std::int64_t>{0}),
               std::runtime_error);
}

}  // namespace
}  // namespace dragoman
