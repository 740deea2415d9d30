#include "decoding/search/beam_search.h"

#include "tests/decoding/enumeration.h"
#include "tests/decoding/fake_scorer.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr SearchTokens kTokens{FakeScorer::kStart, FakeScorer::kEos};

SearchOptions options(int beam_size, int n_best, int max_length) {
  SearchOptions result;
  result.beam_size = beam_size;
  result.n_best = n_best;
  result.min_length = 0;
  result.max_length = max_length;
  return result;
}

std::vector<std::vector<Hypothesis>> search(const NextProbabilities& language, std::size_t sentences,
                                            const SearchOptions& options,
                                            const std::vector<const Constraint*>& constraints = {}) {
  FakeScorer scorer(language);
  return beam_search(scorer, std::vector<SearchedSentence>(sentences, {5}), kTokens, options, constraints);
}

void expect_equal(const std::vector<Hypothesis>& a, const std::vector<Hypothesis>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].ids, b[i].ids);
    EXPECT_EQ(a[i].token_log_probs, b[i].token_log_probs);
    EXPECT_EQ(a[i].score, b[i].score);
    EXPECT_EQ(a[i].complete, b[i].complete);
  }
}

// start: a .5, b .4; behind a: a .4, b .3, end .3; behind b: end .9; behind two tokens the end is certain.
std::vector<double> small_automaton(std::size_t, const Prefix& prefix) {
  if (prefix.empty()) return {0.1, 0.5, 0.4};
  if (prefix.size() > 1) return {1.0, 0.0, 0.0};
  if (prefix[0] == 1) return {0.3, 0.4, 0.3};
  return {0.9, 0.05, 0.05};
}

TEST(BeamSearch, GreedyMissesWhatABeamOfTwoFinds) {
  SearchOptions plain = options(1, 1, 10);
  plain.normalisation = Normalisation::kNone;
  const Hypothesis greedy = search(small_automaton, 1, plain)[0][0];
  EXPECT_THAT(greedy.ids, ElementsAre(1, 1));
  EXPECT_NEAR(greedy.score, std::log(0.5 * 0.4), 1e-6);
  EXPECT_TRUE(greedy.complete);

  plain.beam_size = 2;
  const Hypothesis better = search(small_automaton, 1, plain)[0][0];
  EXPECT_THAT(better.ids, ElementsAre(2));
  EXPECT_NEAR(better.score, std::log(0.4 * 0.9), 1e-6);
  ASSERT_THAT(better.token_log_probs, SizeIs(2));
  EXPECT_NEAR(better.token_log_probs[0], std::log(0.4), 1e-6);
  EXPECT_NEAR(better.token_log_probs[1], std::log(0.9), 1e-6);
}

TEST(BeamSearch, ThePenaltyDecidesBetweenShortAndLong) {
  // (a a end) has probability .2 in three tokens, (b end) .36 in two: log .2 / 3 = -.536, log .36 / 2 = -.511;
  // squared lengths give -.179 and -.255.
  SearchOptions by_length = options(4, 1, 10);
  EXPECT_THAT(search(small_automaton, 1, by_length)[0][0].ids, ElementsAre(2));
  by_length.length_penalty = 2.0;
  EXPECT_THAT(search(small_automaton, 1, by_length)[0][0].ids, ElementsAre(1, 1));
  EXPECT_NEAR(search(small_automaton, 1, by_length)[0][0].score, std::log(0.2) / 9.0, 1e-6);
  by_length.normalisation = Normalisation::kGnmt;  // squares of 8/6 and 7/6: -.905 and -.751
  EXPECT_THAT(search(small_automaton, 1, by_length)[0][0].ids, ElementsAre(2));
  EXPECT_NEAR(search(small_automaton, 1, by_length)[0][0].score, std::log(0.36) / (49.0 / 36.0), 1e-6);
}

TEST(BeamSearch, ALargeBeamIsExhaustive) {
  for (const auto normalisation : {Normalisation::kNone, Normalisation::kLength, Normalisation::kGnmt}) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      // 1 + 3 + 9 ended sentences and 27 that are cut.
      SearchOptions wide = options(40, 40, 3);
      wide.normalisation = normalisation;
      wide.length_penalty = 0.7;
      const NextProbabilities language = random_language(seed, 4);
      const std::vector<Hypothesis> found = search(language, 1, wide)[0];
      const std::vector<Hypothesis> expected = enumerate(language, wide, 3);
      ASSERT_THAT(expected, SizeIs(40));
      expect_found(found, expected);
    }
  }
}

TEST(BeamSearch, ALargeBeamIsExhaustiveUnderEachConstraint) {
  const SearchOptions wide = options(40, 40, 3);
  const ForbiddenIds no_two({2});
  const MinimumLength two_at_least(FakeScorer::kEos, 2);
  const EndOfSentence two_at_most(FakeScorer::kEos, 2);
  const auto without_two = [](const Hypothesis& h) { return std::ranges::count(h.ids, 2) == 0; };
  const auto long_enough = [](const Hypothesis& h) { return h.ids.size() >= 2; };
  const auto short_enough = [](const Hypothesis& h) { return h.ids.size() <= 2; };
  struct Case {
    std::vector<const Constraint*> constraints;
    std::function<bool(const Hypothesis&)> possible;
    std::size_t count;  // of 1 + 3 + 9 that end and 27 that are cut
  };
  const std::vector<Case> cases{
      {{&no_two}, without_two, 1 + 2 + 4 + 8},
      {{&two_at_least}, long_enough, 9 + 27},
      {{&two_at_most}, short_enough, 1 + 3 + 9},
      {{&two_at_most, &no_two, &two_at_least},
       [&](const Hypothesis& h) { return without_two(h) && long_enough(h) && short_enough(h); },
       4},
  };
  for (const Case& each : cases) {
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
      const NextProbabilities language = random_language(seed, 4);
      const std::vector<Hypothesis> expected = keep_if(enumerate(language, wide, 3), each.possible);
      ASSERT_THAT(expected, SizeIs(each.count));
      expect_found(search(language, 1, wide, each.constraints)[0], expected);
    }
  }
}

TEST(BeamSearch, TheMinimalLengthOfTheOptionsIsAConstraint) {
  SearchOptions wide = options(40, 40, 3);
  wide.min_length = 2;
  const NextProbabilities language = random_language(4, 4);
  const auto long_enough = [](const Hypothesis& h) { return h.ids.size() >= 2; };
  expect_found(search(language, 1, wide)[0], keep_if(enumerate(language, wide, 3), long_enough));
}

TEST(BeamSearch, BeamOfOneIsTheChainOfTheMostProbable) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const NextProbabilities language = random_language(seed, 8);
    Prefix chain;
    bool ended = false;
    while (!ended && chain.size() < 12) {
      const std::vector<double> next = language(0, chain);
      const auto best = std::max_element(next.begin(), next.end()) - next.begin();
      ended = best == FakeScorer::kEos;
      if (!ended) chain.push_back(static_cast<std::int32_t>(best));
    }
    const Hypothesis greedy = search(language, 1, options(1, 1, 12))[0][0];
    EXPECT_EQ(greedy.ids, chain);
    EXPECT_EQ(greedy.complete, ended);
  }
}

TEST(BeamSearch, NBestIsOrderedDistinctAndConsistent) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    const NextProbabilities language = random_language(seed, 10);
    const std::vector<Hypothesis> found = search(language, 1, options(6, 6, 15))[0];
    ASSERT_THAT(found, SizeIs(6));
    std::map<Prefix, int> seen;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const Hypothesis& h = found[i];
      if (i > 0) {
        EXPECT_GE(found[i - 1].score, h.score);
      }
      EXPECT_EQ(++seen[h.ids], 1);
      EXPECT_EQ(h.token_log_probs.size(), h.ids.size() + (h.complete ? 1 : 0));
      double log_prob = 0.0;
      for (std::size_t k = 0; k < h.token_log_probs.size(); ++k) {
        const Prefix prefix(h.ids.begin(), h.ids.begin() + static_cast<std::ptrdiff_t>(k));
        const std::int32_t id = k < h.ids.size() ? h.ids[k] : FakeScorer::kEos;
        EXPECT_NEAR(h.token_log_probs[k], std::log(language(0, prefix)[id]), 1e-6);
        log_prob += h.token_log_probs[k];
      }
      EXPECT_NEAR(h.log_prob, log_prob, 1e-9);
      EXPECT_NEAR(h.score, h.log_prob / static_cast<double>(h.token_log_probs.size()), 1e-9);
    }
  }
}

TEST(BeamSearch, ABatchGivesWhatItsSentencesGiveAlone) {
  for (const int beam_size : {1, 2, 5, 12}) {
    const NextProbabilities language = random_language(77, 9, 3.0);
    const SearchOptions some = options(beam_size, beam_size, 20);
    const auto batch = search(language, 30, some);
    for (std::size_t sentence = 0; sentence < batch.size(); ++sentence) {
      const auto alone = search([&](std::size_t, const Prefix& prefix) { return language(sentence, prefix); }, 1, some);
      expect_equal(batch[sentence], alone[0]);
    }
  }
}

TEST(BeamSearch, FinishedSentencesLeaveTheBatch) {
  // Sentence i ends for certain after i + 1 tokens.
  const auto staircase = [](std::size_t sentence, const Prefix& prefix) -> std::vector<double> {
    if (prefix.size() > sentence) return {1.0, 0.0};
    return {0.0, 1.0};
  };
  FakeScorer scorer(staircase);
  const auto found = beam_search(scorer, std::vector<SearchedSentence>(3, {5}), kTokens, options(1, 1, 10));
  EXPECT_THAT(scorer.steps(),
              ElementsAre(ElementsAre(0, 1, 2), ElementsAre(0, 1, 2), ElementsAre(1, 2), ElementsAre(2)));
  EXPECT_THAT(found[0][0].ids, SizeIs(1));
  EXPECT_THAT(found[2][0].ids, SizeIs(3));
}

TEST(BeamSearch, LengthsStayWithinTheLimits) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    for (const auto& [least, most] : {std::pair(0, 4), std::pair(3, 6), std::pair(5, 5), std::pair(1, 1)}) {
      SearchOptions limited = options(4, 4, most);
      limited.min_length = least;
      const auto found = search(random_language(seed, 6, 20.0), 1, limited);
      for (const Hypothesis& h : found[0]) {
        EXPECT_GE(static_cast<int>(h.ids.size()), least);
        EXPECT_LE(static_cast<int>(h.ids.size()), most);
      }
    }
  }
}

TEST(BeamSearch, LimitsFollowTheLengthOfEachSource) {
  const auto endless = [](std::size_t, const Prefix&) -> std::vector<double> { return {0.0, 0.6, 0.4}; };
  SearchOptions relative = options(2, 1, 0);
  relative.max_length_ratio = 1.5;
  relative.max_length_extra = 2;
  FakeScorer scorer(endless);
  const std::vector<SearchedSentence> sentences{{2}, {10}, {4}};
  const auto found = beam_search(scorer, sentences, kTokens, relative);
  EXPECT_THAT(found[0][0].ids, SizeIs(5));
  EXPECT_THAT(found[1][0].ids, SizeIs(17));
  EXPECT_THAT(found[2][0].ids, SizeIs(8));
  EXPECT_FALSE(found[0][0].complete);
}

TEST(BeamSearch, BeamMayBeLargerThanTheVocabulary) {
  const std::vector<Hypothesis> found = search(random_language(3, 2), 1, options(50, 50, 6))[0];
  EXPECT_THAT(found, SizeIs(7)) << "one token only: lengths 0 to 5 ended, and 6 cut";
}

TEST(BeamSearch, EverySentenceGetsAHypothesisEvenWhereNothingIsPossible) {
  const auto nothing = [](std::size_t, const Prefix&) -> std::vector<double> { return {0.0, 0.0}; };
  const auto found = search(nothing, 2, options(3, 3, 5));
  ASSERT_THAT(found[1], SizeIs(1));
  EXPECT_THAT(found[1][0].ids, IsEmpty());
  EXPECT_FALSE(found[1][0].complete);
}

TEST(BeamSearch, AnEmptyBatchNeedsNoStep) {
  FakeScorer scorer(small_automaton);
  EXPECT_THAT(beam_search(scorer, {}, kTokens, options(2, 1, 5)), IsEmpty());
  EXPECT_THAT(scorer.steps(), IsEmpty());
}

TEST(BeamSearch, RefusesBadOptionsAndBadScorers) {
  FakeScorer scorer(small_automaton);
  const std::vector<SearchedSentence> one{{5}};
  EXPECT_THROW(beam_search(scorer, one, kTokens, options(2, 3, 5)), std::invalid_argument);

  class TwoRows : public NextTokens {
    Candidates best(const TokenQuery&) const override { return {2, 1, {1, 1}, {0.0F, 0.0F}}; }
    LogProbs log_probs() const override { return {}; }
  };
  class Broken : public StepScorer {
    std::unique_ptr<const NextTokens> step(std::span<const std::int32_t>, std::span<const std::int64_t>) override {
      return std::make_unique<TwoRows>();
    }
  } broken;
  EXPECT_THROW(beam_search(broken, one, kTokens, options(2, 1, 5)), std::logic_error);
}

}  // namespace
}  // namespace dragoman
