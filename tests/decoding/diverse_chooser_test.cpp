#include "decoding/search/diverse_chooser.h"

#include "decoding/search/beam_search.h"
#include "tests/decoding/enumeration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr SearchTokens kDiverseTokens{FakeScorer::kStart, FakeScorer::kEos};

// Two sources in groups: each group is a sentence of the scorer's.
std::vector<std::vector<Hypothesis>> in_groups(const NextProbabilities& language, const DiversityOptions& options,
                                               const SearchOptions& search, std::size_t sources) {
  const auto groups = static_cast<std::size_t>(options.groups);
  FakeScorer scorer([&](std::size_t sentence, const Prefix& prefix) { return language(sentence / groups, prefix); });
  return beam_search(scorer, std::vector<SearchedSentence>(sources * groups, {5}), kDiverseTokens, search, {},
                     DiverseChooser(options));
}

TEST(DiverseChooserTest, AGroupAvoidsWhatThoseBeforeTake) {
  const auto language = [](std::size_t, const Prefix& prefix) -> std::vector<double> {
    if (!prefix.empty()) return {1.0, 0.0, 0.0, 0.0};
    return {0.0, 0.5, 0.4, 0.1};
  };
  SearchOptions one;
  one.beam_size = 1;
  one.max_length = 3;
  // log 0.5 - log 0.4 = 0.22, and log 0.4 - log 0.1 = 1.39
  const auto first_ids = [&](double strength) {
    std::vector<std::int32_t> ids;
    for (const auto& found : in_groups(language, {3, strength}, one, 1)) ids.push_back(found[0].ids[0]);
    return ids;
  };
  EXPECT_THAT(first_ids(0.15), ElementsAre(1, 1, 2)) << "twice 0.15 is more than 0.22 once two have taken it";
  EXPECT_THAT(first_ids(0.5), ElementsAre(1, 2, 1));
  EXPECT_THAT(first_ids(3), ElementsAre(1, 2, 3));
  const auto found = in_groups(language, {2, 3}, one, 1);
  EXPECT_NEAR(found[1][0].log_prob, std::log(0.4), 1e-6) << "which is the model's own";
}

TEST(DiverseChooserTest, TheFirstGroupIsASearchOfItsOwnAndSourcesAreApart) {
  const NextProbabilities language = random_language(8, 12, 1.5);
  SearchOptions two;
  two.beam_size = two.n_best = 2;
  two.max_length = 8;
  FakeScorer plain(language);
  const auto expected = beam_search(plain, std::vector<SearchedSentence>(3, {5}), kDiverseTokens, two);
  const auto found = in_groups(language, {3, 0.7}, two, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    expect_found(found[3 * i], expected[i]);
    EXPECT_NE(found[3 * i + 1][0].ids, expected[i][0].ids);
  }
  const auto alike = in_groups(language, {3, 0.0}, two, 3);
  for (std::size_t i = 0; i < 9; ++i) expect_found(alike[i], expected[i / 3]);
}

TEST(DiverseChooserTest, RefusesGroupsOfUnequalSize) {
  EXPECT_NO_THROW(DiversityOptions({3, 0.5}).validate(6));
  EXPECT_THAT(
      [] {
        DiversityOptions({4, 0.5}).validate(6);
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("--beam-size 6 does not divide")));
  EXPECT_THROW(DiversityOptions({0, 0.5}).validate(6), std::invalid_argument);
  EXPECT_THROW(DiversityOptions({2, -1}).validate(6), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
