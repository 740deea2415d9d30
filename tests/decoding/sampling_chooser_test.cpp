#include "decoding/search/sampling_chooser.h"

#include "decoding/search/beam_search.h"
#include "tests/decoding/fake_scorer.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

constexpr SearchTokens kSampledTokens{FakeScorer::kStart, FakeScorer::kEos};

std::vector<float> logs(const std::vector<double>& probabilities) {
  std::vector<float> result;
  for (const double p : probabilities) result.push_back(static_cast<float>(std::log(p)));
  return result;
}

// Of ids 0 to 4, in the order of their probabilities.
DrawnFrom filtered_row(const SamplingOptions& options, const AllowedIds& allowed = {}) {
  return drawn_from(logs({0.1, 0.4, 0.05, 0.25, 0.2}), allowed, options);
}

void expect_drawn(const DrawnFrom& drawn, const std::vector<std::int32_t>& ids,
                  const std::vector<double>& probabilities) {
  EXPECT_EQ(drawn.ids, ids);
  ASSERT_EQ(drawn.probabilities.size(), probabilities.size());
  for (std::size_t i = 0; i < probabilities.size(); ++i) EXPECT_NEAR(drawn.probabilities[i], probabilities[i], 1e-6);
}

TEST(DrawnFromTest, IsAllOfItWithoutFilters) {
  expect_drawn(filtered_row({}), {1, 3, 4, 0, 2}, {0.4, 0.25, 0.2, 0.1, 0.05});
}

TEST(DrawnFromTest, IsSharpenedByTheTemperature) {
  const double sum = 0.16 + 0.0625 + 0.04 + 0.01 + 0.0025;
  expect_drawn(filtered_row({.temperature = 0.5}), {1, 3, 4, 0, 2},
               {0.16 / sum, 0.0625 / sum, 0.04 / sum, 0.01 / sum, 0.0025 / sum});
}

TEST(DrawnFromTest, HasTheTopK) {
  expect_drawn(filtered_row({.top_k = 2}), {1, 3}, {0.4 / 0.65, 0.25 / 0.65});
  EXPECT_EQ(filtered_row({.top_k = 50}).ids.size(), 5u);
}

// 0.4 is less than 0.6, and 0.65 is not.
TEST(DrawnFromTest, HasTheNucleus) {
  expect_drawn(filtered_row({.top_p = 0.6}), {1, 3}, {0.4 / 0.65, 0.25 / 0.65});
  expect_drawn(filtered_row({.top_p = 0.66}), {1, 3, 4}, {0.4 / 0.85, 0.25 / 0.85, 0.2 / 0.85});
  expect_drawn(filtered_row({.top_p = 0.01}), {1}, {1.0});
}

TEST(DrawnFromTest, HasWhatIsNearTheMostProbable) {
  expect_drawn(filtered_row({.min_p = 0.4}), {1, 3, 4}, {0.4 / 0.85, 0.25 / 0.85, 0.2 / 0.85});
  expect_drawn(filtered_row({.min_p = 1}), {1}, {1.0});
}

TEST(DrawnFromTest, HasWhatIsProbableInItself) {
  expect_drawn(filtered_row({.epsilon = 0.15}), {1, 3, 4}, {0.4 / 0.85, 0.25 / 0.85, 0.2 / 0.85});
  expect_drawn(filtered_row({.epsilon = 0.9}), {1}, {1.0});
}

// Behind the two best the rest is 0.4 / 0.65 and 0.25 / 0.65, of which the second is below 0.4.
TEST(DrawnFromTest, FiltersWhatTheFilterBeforeHasLeft) {
  expect_drawn(filtered_row({.top_k = 2, .epsilon = 0.4}), {1}, {1.0});
}

TEST(DrawnFromTest, HasOnlyWhatIsAllowed) {
  AllowedIds allowed;
  allowed.forbid(std::vector<std::int32_t>{1, 2});
  expect_drawn(filtered_row({.top_k = 2}, allowed), {3, 4}, {0.25 / 0.45, 0.2 / 0.45});
  allowed.forbid(std::vector<std::int32_t>{0, 3, 4});
  EXPECT_THAT(filtered_row({}, allowed).ids, IsEmpty());
}

// More tokens than are sorted at first.
TEST(DrawnFromTest, FiltersLargeVocabularies) {
  const std::vector<float> even(10'000, static_cast<float>(-std::log(10'000)));
  EXPECT_EQ(drawn_from(even, {}, {.top_p = 0.5}).ids.size(), 5000u);
  EXPECT_EQ(drawn_from(even, {}, {.min_p = 0.9}).ids.size(), 10'000u);
}

// The end, 1 or 2, and only the end behind two tokens.
std::vector<double> few_tokens(std::size_t sentence, const Prefix& prefix) {
  if (prefix.size() >= 2) return {1, 0, 0};
  if (sentence % 2 == 1) return {0.2, 0.2, 0.6};
  return prefix.empty() ? std::vector{0.0, 0.7, 0.3} : std::vector{0.5, 0.25, 0.25};
}

using Samples = std::vector<std::vector<Hypothesis>>;

Samples sample(std::size_t sentences, std::vector<std::uint64_t> keys, int count, const SamplingOptions& options = {}) {
  FakeScorer scorer(few_tokens);
  SearchOptions search;
  search.beam_size = search.n_best = count;
  search.length_penalty = 0;
  return beam_search(scorer, std::vector<SearchedSentence>(sentences, {5}), kSampledTokens, search, {},
                     SamplingChooser(options, std::move(keys)));
}

TEST(SamplingChooserTest, DrawsByTheModelsProbabilities) {
  constexpr int kCount = 1000, kKeys = 20;
  std::map<Prefix, int> counts;
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    const Samples samples = sample(1, {key}, kCount);
    ASSERT_EQ(samples[0].size(), static_cast<std::size_t>(kCount));
    for (const Hypothesis& hypothesis : samples[0]) ++counts[hypothesis.ids];
  }
  const std::map<Prefix, double> expected = {{{1}, 0.35}, {{1, 1}, 0.175}, {{1, 2}, 0.175},
                                             {{2}, 0.15}, {{2, 1}, 0.075}, {{2, 2}, 0.075}};
  for (const auto& [ids, probability] : expected)
    EXPECT_THAT(counts[ids] / double{kCount * kKeys}, DoubleNear(probability, 0.011));  // 3.3 standard deviations
  EXPECT_EQ(counts.size(), expected.size());
}

TEST(SamplingChooserTest, GivesTheModelsOwnScores) {
  const Samples samples = sample(1, {1}, 50, {.temperature = 2});
  for (const Hypothesis& hypothesis : samples[0]) {
    if (hypothesis.ids == Prefix{1}) {
      EXPECT_NEAR(hypothesis.log_prob, std::log(0.35), 1e-6);
    }
    EXPECT_TRUE(hypothesis.complete);
  }
}

std::vector<Prefix> ids_of_all(const std::vector<Hypothesis>& hypotheses) {
  std::vector<Prefix> ids;
  for (const Hypothesis& hypothesis : hypotheses) ids.push_back(hypothesis.ids);
  return ids;
}

TEST(SamplingChooserTest, DrawsTheSameWhateverElseIsInTheBatch) {
  const Samples three = sample(3, {7, 8, 7}, 20);
  EXPECT_EQ(ids_of_all(three[0]), ids_of_all(three[2]));
  EXPECT_EQ(ids_of_all(three[0]), ids_of_all(sample(1, {7}, 20)[0]));
  EXPECT_NE(ids_of_all(three[0]), ids_of_all(sample(1, {9}, 20)[0]));
  EXPECT_NE(ids_of_all(three[0]), ids_of_all(sample(1, {7}, 20, {.seed = 2})[0]));
}

TEST(SamplingChooserTest, IsGreedyAtLowTemperatures) {
  const Samples samples = sample(2, {1, 2}, 10, {.temperature = 0.01});
  for (const Hypothesis& hypothesis : samples[1]) EXPECT_THAT(hypothesis.ids, ElementsAre(2, 2));
}

TEST(SamplingOptionsTest, NameWhatIsOutOfRange) {
  const auto refusal = [](const SamplingOptions& options) { return [options] { options.validate(); }; };
  EXPECT_NO_THROW(refusal({})());
  EXPECT_THAT(refusal({.temperature = 0}), ThrowsMessage<std::invalid_argument>(HasSubstr("--temperature is 0")));
  EXPECT_THAT(refusal({.temperature = 101}), ThrowsMessage<std::invalid_argument>(HasSubstr("--temperature is 101")));
  EXPECT_THAT(refusal({.top_k = -1}), ThrowsMessage<std::invalid_argument>(HasSubstr("--top-k is -1")));
  EXPECT_THAT(refusal({.top_p = 0}), ThrowsMessage<std::invalid_argument>(HasSubstr("--top-p is 0")));
  EXPECT_THAT(refusal({.min_p = 1.5}), ThrowsMessage<std::invalid_argument>(HasSubstr("--min-p is 1.5")));
  EXPECT_THAT(refusal({.epsilon = -0.1}), ThrowsMessage<std::invalid_argument>(HasSubstr("--epsilon is -0.1")));
}

TEST(SamplingKey, FollowsFromTheIds) {
  const std::vector<std::int32_t> one{1, 2}, other{2, 1};
  EXPECT_EQ(sampling_key(one), sampling_key(std::vector<std::int32_t>{1, 2}));
  EXPECT_NE(sampling_key(one), sampling_key(other));
}

}  // namespace
}  // namespace dragoman
