#include "decoding/search/beam.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int32_t kEos = 0, kA = 1, kB = 2, kC = 3, kStart = 9;
constexpr int kLargestBeam = 3;
constexpr float kNothing = -std::numeric_limits<float>::infinity();

struct Entry {
  std::int32_t id;
  float log_prob;
};

// Next tokens whose candidates are given.
class GivenCandidates : public NextTokens {
 public:
  explicit GivenCandidates(Candidates candidates) : candidates_(std::move(candidates)) {}

  Candidates best(const TokenQuery&) const override { return candidates_; }
  LogProbs log_probs() const override { return {}; }

 private:
  Candidates candidates_;
};

Candidates candidates(const std::vector<std::vector<Entry>>& rows) {
  Candidates result;
  result.rows = static_cast<std::int64_t>(rows.size());
  result.per_row = static_cast<std::int64_t>(rows.front().size());
  for (const auto& row : rows) {
    for (const Entry& entry : row) {
      result.ids.push_back(entry.id);
      result.log_probs.push_back(entry.log_prob);
    }
  }
  return result;
}

// The beam's first hypothesis has the row first_row. More successors than twice its size would be no harm.
void advance(Beam& beam, const Candidates& candidates, std::int64_t first_row = 0) {
  const StepRows rows{
      std::vector<AllowedIds>(static_cast<std::size_t>(candidates.rows)), {}, {{first_row, beam.log_probs()}}};
  beam.advance(BestChooser().successors(GivenCandidates(candidates), rows, kLargestBeam)[0]);
}

SearchOptions options(int beam_size) {
  SearchOptions result;
  result.beam_size = beam_size;
  result.n_best = beam_size;
  result.min_length = 0;
  result.normalisation = Normalisation::kNone;
  result.max_length = 10;
  return result;
}

std::vector<std::pair<std::int32_t, std::int32_t>> live(const Beam& beam) {
  std::vector<std::pair<std::int32_t, std::int32_t>> result;
  for (const Beam::Live& row : beam.live()) result.emplace_back(row.token, row.parent);
  return result;
}

TEST(Beam, BeginsWithOneRowAtTheStartToken) {
  const Beam beam(4, kStart, kEos, options(2));
  EXPECT_THAT(live(beam), ElementsAre(std::pair(kStart, 0)));
  EXPECT_FALSE(beam.done());
}

TEST(Beam, TheBestSuccessorsOfAllRowsLiveOn) {
  Beam beam(4, kStart, kEos, options(2));
  advance(beam, candidates({{{kA, -1.0F}, {kB, -2.0F}, {kC, -3.0F}, {kEos, -9.0F}}}));
  EXPECT_THAT(live(beam), ElementsAre(std::pair(kA, 0), std::pair(kB, 0)));
  // -1 - 4 = -5 and -1 - 5 = -6 against -2 - 0.5 = -2.5 and -2 - 3.5 = -5.5
  advance(beam, candidates({{{kA, -4.0F}, {kB, -5.0F}}, {{kC, -0.5F}, {kA, -3.5F}}}));
  EXPECT_THAT(live(beam), ElementsAre(std::pair(kC, 1), std::pair(kA, 0)));
}

TEST(Beam, ReadsItsOwnRowsOfTheBatch) {
  Beam beam(4, kStart, kEos, options(1));
  advance(beam, candidates({{{kA, -1.0F}, {kB, -2.0F}}, {{kB, -1.0F}, {kA, -2.0F}}}), 1);
  EXPECT_THAT(live(beam), ElementsAre(std::pair(kB, 0)));
}

TEST(Beam, EqualLogProbabilitiesAreOrderedByRowThenId) {
  Beam beam(4, kStart, kEos, options(2));
  advance(beam, candidates({{{kB, -1.0F}, {kC, -1.0F}, {kA, -2.0F}, {kEos, -9.0F}}}));
  EXPECT_THAT(live(beam), ElementsAre(std::pair(kB, 0), std::pair(kC, 0)));
  advance(beam, candidates({{{kB, -3.0F}, {kC, -4.0F}}, {{kA, -3.0F}, {kB, -3.0F}}}));
  EXPECT_THAT(live(beam), ElementsAre(std::pair(kB, 0), std::pair(kA, 1)));
}

TEST(Beam, AnEndAmongTheFirstKFinishesAndAnotherDoesNot) {
  Beam beam(4, kStart, kEos, options(2));
  // The end is third: no hypothesis.
  advance(beam, candidates({{{kA, -1.0F}, {kB, -2.0F}, {kEos, -3.0F}, {kC, -4.0F}}}));
  EXPECT_THAT(beam.best(), IsEmpty());
  // The end of row 1 is second (-2 - 1 = -3), that of row 0 fourth.
  advance(beam, candidates({{{kA, -0.5F}, {kEos, -9.0F}}, {{kEos, -1.0F}, {kC, -2.0F}}}));
  EXPECT_THAT(live(beam), ElementsAre(std::pair(kA, 0), std::pair(kC, 1)));
  const std::vector<Hypothesis> best = beam.best();
  ASSERT_THAT(best, SizeIs(1));
  EXPECT_THAT(best[0].ids, ElementsAre(kB));
  EXPECT_THAT(best[0].token_log_probs, ElementsAre(-2.0F, -1.0F));
  EXPECT_DOUBLE_EQ(best[0].log_prob, -3.0);
  EXPECT_TRUE(best[0].complete);
}

TEST(Beam, IsDoneWhenKHypothesesAreFinished) {
  Beam beam(4, kStart, kEos, options(2));
  advance(beam, candidates({{{kEos, -1.0F}, {kA, -2.0F}, {kB, -3.0F}, {kC, -4.0F}}}));
  EXPECT_FALSE(beam.done());
  advance(beam, candidates({{{kEos, -0.5F}, {kA, -1.0F}}, {{kEos, -5.0F}, {kA, -6.0F}}}));
  EXPECT_TRUE(beam.done());
  const std::vector<Hypothesis> best = beam.best();
  ASSERT_THAT(best, SizeIs(2));
  EXPECT_THAT(best[0].ids, IsEmpty());
  EXPECT_THAT(best[1].ids, ElementsAre(kA));
}

TEST(Beam, CutsWhatLivesAtTheLimitAndScoresItAlike) {
  SearchOptions limited = options(2);
  limited.max_length = 2;
  limited.normalisation = Normalisation::kLength;
  Beam beam(4, kStart, kEos, limited);
  advance(beam, candidates({{{kEos, -3.0F}, {kA, -4.0F}, {kB, -8.0F}, {kC, -9.0F}}}));
  advance(beam, candidates({{{kB, -1.0F}, {kA, -2.0F}}, {{kC, -1.0F}, {kA, -2.0F}}}));
  EXPECT_TRUE(beam.done());
  const std::vector<Hypothesis> best = beam.best();
  ASSERT_THAT(best, SizeIs(2));
  EXPECT_THAT(best[0].ids, ElementsAre(kA, kB));
  EXPECT_THAT(best[0].token_log_probs, ElementsAre(-4.0F, -1.0F));
  EXPECT_DOUBLE_EQ(best[0].score, -2.5);
  EXPECT_FALSE(best[0].complete);
  EXPECT_THAT(best[1].ids, IsEmpty()) << "tied at -3 with the cut (a, a), but finished first";
}

TEST(Beam, KnowsThePrefixOfEachLiveHypothesis) {
  Beam beam(4, kStart, kEos, options(2));
  EXPECT_THAT(beam.prefix(0), IsEmpty());
  advance(beam, candidates({{{kA, -1.0F}, {kB, -2.0F}, {kC, -3.0F}, {kEos, -9.0F}}}));
  advance(beam, candidates({{{kA, -4.0F}, {kB, -5.0F}}, {{kC, -0.5F}, {kA, -3.5F}}}));
  EXPECT_THAT(beam.prefix(0), ElementsAre(kB, kC));
  EXPECT_THAT(beam.prefix(1), ElementsAre(kA, kA));
}

TEST(Beam, CutsWhereNothingCanFollow) {
  Beam beam(4, kStart, kEos, options(1));
  advance(beam, candidates({{{kA, -1.0F}, {kB, -2.0F}}}));
  advance(beam, candidates({{{0, kNothing}, {0, kNothing}}}));
  EXPECT_TRUE(beam.done());
  ASSERT_THAT(beam.best(), SizeIs(1));
  EXPECT_THAT(beam.best()[0].ids, ElementsAre(kA));
  EXPECT_FALSE(beam.best()[0].complete);
}

TEST(Beam, ReturnsNoMoreThanAskedFor) {
  SearchOptions one = options(3);
  one.n_best = 1;
  one.max_length = 1;
  Beam beam(4, kStart, kEos, one);
  advance(beam, candidates({{{kB, -1.0F}, {kA, -2.0F}, {kC, -3.0F}}}));
  ASSERT_THAT(beam.best(), SizeIs(1));
  EXPECT_THAT(beam.best()[0].ids, ElementsAre(kB));
}

SearchOptions as_transformers(int beam_size) {
  SearchOptions result = options(beam_size);
  result.rules = SearchRules::huggingface;
  return result;
}

TEST(Beam, ByTheRulesOfTransformersGoesOnWhileTheBestMayWin) {
  const auto first = candidates({{{kA, -0.1F}, {kEos, -1.0F}, {kB, -1.5F}, {kC, -4.0F}}});
  // -0.1 - 0.2 lives, -1.5 - 0.2 ends.
  const auto second =
      candidates({{{kA, -0.2F}, {kEos, -2.0F}, {kB, -3.0F}}, {{kEos, -0.2F}, {kA, -3.0F}, {kB, -4.0F}}});
  Beam ours(4, kStart, kEos, options(2));
  advance(ours, first);
  advance(ours, second);
  EXPECT_TRUE(ours.done());

  Beam beam(4, kStart, kEos, as_transformers(2));
  advance(beam, first);
  advance(beam, second);
  EXPECT_FALSE(beam.done()) << "-0.3 is better than -1.7";
  // It ends with -0.4, for which -1.7 goes; what lives is worse than what is left.
  advance(beam, candidates({{{kEos, -0.1F}, {kB, -3.0F}}, {{kEos, -5.0F}, {kA, -6.0F}}}));
  EXPECT_TRUE(beam.done());
  const std::vector<Hypothesis> best = beam.best();
  ASSERT_THAT(best, SizeIs(2));
  EXPECT_THAT(best[0].ids, ElementsAre(kA, kA));
  EXPECT_NEAR(best[0].score, -0.4, 1e-6);
  EXPECT_THAT(best[1].ids, IsEmpty());
}

TEST(Beam, ByTheRulesOfMarianLosesAPlaceWithEachThatEnds) {
  SearchOptions as_marian = options(2);
  as_marian.rules = SearchRules::marian;
  Beam beam(4, kStart, kEos, as_marian);
  advance(beam, candidates({{{kA, -0.1F}, {kEos, -1.0F}, {kB, -1.5F}, {kC, -4.0F}}}));
  ASSERT_THAT(beam.live(), SizeIs(1)) << "b is not among the first two";
  advance(beam, candidates({{{kA, -0.2F}, {kEos, -0.3F}, {kB, -3.0F}}}));
  ASSERT_THAT(beam.live(), SizeIs(1)) << "there is one place left";
  EXPECT_FALSE(beam.done());
  advance(beam, candidates({{{kEos, -0.1F}, {kB, -3.0F}}}));
  EXPECT_TRUE(beam.done());
  EXPECT_THAT(beam.best().at(0).ids, ElementsAre(kA, kA));
}

TEST(Beam, ByTheRulesOfTransformersCutsOnlyTheFirstSuccessors) {
  SearchOptions limited = as_transformers(2);
  limited.max_length = 1;
  Beam beam(4, kStart, kEos, limited);
  advance(beam, candidates({{{kA, -1.0F}, {kEos, -2.0F}, {kB, -2.5F}, {kC, -4.0F}}}));
  EXPECT_TRUE(beam.done());
  ASSERT_THAT(beam.best(), SizeIs(2));
  EXPECT_THAT(beam.best()[0].ids, ElementsAre(kA));
  EXPECT_THAT(beam.best()[1].ids, IsEmpty()) << "b is the third";
  // Where an end is forced behind them, the two that live have it.
  limited.forces_end = true;
  limited.normalisation = Normalisation::kLength;
  Beam forced(4, kStart, kEos, limited);
  advance(forced, candidates({{{kA, -1.0F}, {kB, -2.0F}, {kEos, -3.0F}, {kC, -4.0F}}}));
  EXPECT_DOUBLE_EQ(forced.best().at(0).score, -0.5);
  EXPECT_DOUBLE_EQ(forced.best().at(1).score, -1.0);
}

TEST(Beam, ByTheRulesOfTransformersCountsWhatStandsBefore) {
  SearchOptions counted = as_transformers(1);
  counted.normalisation = Normalisation::kLength;
  counted.counted_before = 2;
  Beam beam(4, kStart, kEos, counted);
  advance(beam, candidates({{{kA, -1.0F}, {kB, -2.0F}}}));
  advance(beam, candidates({{{kEos, -1.0F}, {kB, -9.0F}}}));
  ASSERT_TRUE(beam.done());
  EXPECT_DOUBLE_EQ(beam.best()[0].score, -0.5) << "-2 / (2 + 2)";
}

}  // namespace
}  // namespace dragoman
