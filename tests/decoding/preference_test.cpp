#include "decoding/search/preference.h"

#include "decoding/search/beam_search.h"
#include "decoding/search/preferred_tokens.h"
#include "decoding/search/sampling_chooser.h"
#include "decoding/search/terms.h"
#include "decoding/search/whole_rows.h"
#include "tests/decoding/enumeration.h"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <set>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

constexpr SearchTokens kPreferredTokens{FakeScorer::kStart, FakeScorer::kEos};

double added(const Preferences& preferences, std::int32_t id) {
  const auto found = std::ranges::find(preferences.of_tokens, id, &Preferences::OfToken::id);
  return found == preferences.of_tokens.end() ? preferences.of_others : found->added;
}

TEST(PreferenceTest, APrefixIsFavouredAsLongAsItIsThere) {
  const FavouredPrefix preference({4, 5}, 2.0);
  EXPECT_EQ(added(preference.behind({}), 4), 2.0);
  EXPECT_EQ(added(preference.behind({}), 5), 0.0);
  EXPECT_EQ(added(preference.behind({Prefix{4}, {}}), 5), 2.0);
  EXPECT_TRUE(preference.behind({Prefix{3}, {}}).of_tokens.empty());
  EXPECT_TRUE(preference.behind({Prefix{4, 5}, {}}).of_tokens.empty());
}

TEST(PreferenceTest, SeveralMultiplyAndAdd) {
  const TermSet terms({TermForms{{4, 5}}});
  const TermsFavoured favoured(terms, 1.0);
  const FavouredPrefix first({4, 7}, 3.0);
  const RepetitionPenalty penalty(2.0);
  const std::vector<const Preference*> all{&penalty, &favoured, &first};
  const Preferences behind = all_of(all, {Prefix{4}, std::vector<float>{-0.75F}});
  EXPECT_EQ(behind.of_others, -0.75) << "4 was a begun term, and lifted to certainty";
  EXPECT_EQ(added(behind, 5), 0.0);
  EXPECT_EQ(std::ranges::find(behind.of_tokens, 5, &Preferences::OfToken::id)->lift, 1.0);
  EXPECT_EQ(added(behind, 7), 3.0 - 0.75);
  const auto four = std::ranges::find(behind.of_tokens, 4, &Preferences::OfToken::id);
  EXPECT_EQ(four->factor, 2.0);
  EXPECT_EQ(four->added, -0.75) << "one term is given up for its beginning once more";
  EXPECT_EQ(four->lift, 1.0);
  EXPECT_EQ(behind.of_tokens.size(), 3u);
}

// What a whole translation is worth by a preference.
using Worth = std::function<double(const Hypothesis&, const NextProbabilities&)>;

// Of its ids, and of its end.
std::vector<double> log_probs_of(const Hypothesis& hypothesis, const NextProbabilities& language) {
  std::vector<std::int32_t> ids = hypothesis.ids;
  if (hypothesis.complete) ids.push_back(FakeScorer::kEos);
  std::vector<double> log_probs;
  Prefix prefix;
  for (const std::int32_t id : ids) {
    log_probs.push_back(std::log(language(0, prefix)[static_cast<std::size_t>(id)]));
    prefix.push_back(id);
  }
  return log_probs;
}

double penalised(const Hypothesis& hypothesis, const NextProbabilities& language) {
  double sum = 0;
  const std::vector<double> log_probs = log_probs_of(hypothesis, language);
  for (std::size_t i = 0; i < log_probs.size(); ++i) {
    const auto end = hypothesis.ids.begin() + static_cast<std::ptrdiff_t>(i);
    const bool repeated = i < hypothesis.ids.size() && std::find(hypothesis.ids.begin(), end, *end) != end;
    sum += repeated ? 1.7 * log_probs[i] : log_probs[i];
  }
  return sum;
}

// Each token of a term that is there counts up to `bonus` more, but no more than if it were certain; so do those of a
// term that the limit cuts.
double favoured_by(const TermSet& terms, double bonus, const Hypothesis& hypothesis,
                   const NextProbabilities& language) {
  const std::vector<double> log_probs = log_probs_of(hypothesis, language);
  double sum = hypothesis.log_prob;
  const auto add_last = [&](std::size_t end, std::size_t count) {
    for (std::size_t i = end - count; i < end; ++i) sum += std::min(bonus, -log_probs[i]);
  };
  TermSet::State state = terms.begin();
  for (std::size_t i = 0; i < hypothesis.ids.size(); ++i) {
    const std::size_t before = state.met_tokens;
    terms.advance(state, hypothesis.ids[i]);
    add_last(i + 1, state.met_tokens - before);
  }
  if (!hypothesis.complete) add_last(hypothesis.ids.size(), terms.gained(state) - state.met_tokens);
  return sum;
}

// Finds the best tokens from whole rows.
class BestOfWholeRows : public Chooser {
 public:
  std::vector<std::vector<Successor>> successors(const NextTokens& next, const StepRows& rows,
                                                 int beam_size) const override {
    return BestChooser().successors(WholeRows(next.log_probs()), rows, beam_size);
  }
};

// Of 4 tokens and at most 3 places: 1 + 3 + 9 that end, and 27 that are cut.
TEST(PreferenceTest, ALargeBeamFindsWhatIsWorthTheMost) {
  SearchOptions wide;
  wide.beam_size = wide.n_best = 40;
  wide.min_length = 0;
  wide.max_length = 3;
  const RepetitionPenalty penalty(1.7);
  const TermSet terms({{{1, 2}}, {{3}, {2, 2}}});
  constexpr double kBonus = 0.6;  // lifts one token of a step to certainty at most, so that none are equal
  const TermsFavoured favoured(terms, kBonus);
  const FavouredPrefix first({2, 1}, 1.5);
  struct Case {
    const Preference* preference;
    Worth worth;
  };
  const std::vector<Case> cases{
      {&penalty, penalised},
      {&favoured,
       [&](const Hypothesis& h, const NextProbabilities& language) { return favoured_by(terms, kBonus, h, language); }},
      {&first,
       [&](const Hypothesis& h, const NextProbabilities&) {
         const bool begins = !h.ids.empty() && h.ids[0] == 2;
         return h.log_prob + 1.5 * (begins + (begins && h.ids.size() > 1 && h.ids[1] == 1));
       }},
  };
  for (const Case& each : cases) {
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
      const NextProbabilities language = random_language(seed, 4);
      std::vector<Hypothesis> expected = enumerate(language, wide, 3);
      for (Hypothesis& hypothesis : expected) {
        hypothesis.score = each.worth(hypothesis, language) / (hypothesis.ids.size() + hypothesis.complete);
      }
      std::ranges::stable_sort(expected, std::greater(), &Hypothesis::score);
      FakeScorer scorer(language), again(language);
      const std::vector<SearchedSentence> sentence{{5, {}, {each.preference}}};
      const auto found = beam_search(scorer, sentence, kPreferredTokens, wide)[0];
      expect_found(found, expected);
      for (const Hypothesis& hypothesis : found) {
        const auto same = std::ranges::find_if(expected, [&](const Hypothesis& h) {
          return h.ids == hypothesis.ids && h.complete == hypothesis.complete;
        });
        EXPECT_NEAR(hypothesis.log_prob, same->log_prob, 1e-5) << "which is the model's own";
      }
      expect_found(beam_search(again, sentence, kPreferredTokens, wide, {}, BestOfWholeRows())[0], expected);
    }
  }
}

// What is asked of the rows of a step.
class AskedRows : public NextTokens {
 public:
  explicit AskedRows(LogProbs rows, std::vector<std::int64_t>& counts) : rows_(std::move(rows)), counts_(counts) {}

  Candidates best(const TokenQuery& query) const override {
    for (std::size_t row = 0; row < query.allowed.size(); ++row) counts_.push_back(query.count_of(row));
    return best_of(rows_, query);
  }
  LogProbs log_probs() const override { return rows_; }

 private:
  LogProbs rows_;
  std::vector<std::int64_t>& counts_;
};

TEST(PreferredTokensTest, RowsWithoutPreferencesAreAskedAndAnsweredAsEver) {
  const LogProbs rows{2, 4, {-1.0F, -2.0F, -3.0F, -4.0F, -1.0F, -2.0F, -3.0F, -4.0F}};
  std::vector<std::int64_t> counts;
  std::vector<RowPreferences> of_second;
  of_second.push_back({1, {{{3, 1.0, 3.5}, {0, 1.0, -9.0}}, 0.25}});
  const PreferredTokens preferred(std::make_unique<AskedRows>(rows, counts), of_second);
  const std::vector<AllowedIds> allowed(2);
  const std::vector<std::vector<std::int32_t>> named{{2}, {3, 1}};
  const Candidates found = preferred.best({2, allowed, named});
  EXPECT_THAT(counts, ElementsAre(2, 4));
  const auto at = [&](std::int64_t row, std::int64_t place) {
    return static_cast<std::size_t>(row * found.per_row + place);
  };
  EXPECT_EQ(found.ids[at(0, 0)], 0);
  EXPECT_EQ(found.ids[at(0, 1)], 1);
  EXPECT_EQ(found.log_probs[at(0, 0)], -1.0F);
  EXPECT_EQ(found.ids[at(1, 0)], 3);
  EXPECT_EQ(found.log_probs[at(1, 0)], -0.5F);
  EXPECT_EQ(found.own_log_prob(at(1, 0)), -4.0F);
  EXPECT_EQ(found.ids[at(1, 1)], 1);
  EXPECT_EQ(found.log_probs[at(1, 1)], -1.75F);
  EXPECT_EQ(found.log_probs[at(1, 2)], -INFINITY) << "no more than were asked for";
  ASSERT_EQ(found.named.size(), 2u);
  EXPECT_EQ(found.named[0].at(0).log_prob, -3.0F);
  ASSERT_EQ(found.named[1].size(), 2u);
  EXPECT_EQ(found.named[1][0].log_prob, -0.5F);
  EXPECT_EQ(found.named[1][1].log_prob, -1.75F);
}

TEST(PreferredTokensTest, NothingIsLiftedAboveCertainty) {
  const LogProbs rows{1, 3, {-0.5F, -1.5F, -3.0F}};
  std::vector<std::int64_t> counts;
  std::vector<RowPreferences> lifted;
  lifted.push_back({0, {{{0, 1.0, -0.25, 2.0}, {2, 1.0, 0.0, 2.0}}, 0.0}});
  const PreferredTokens preferred(std::make_unique<AskedRows>(rows, counts), lifted);
  const std::vector<AllowedIds> allowed(1);
  const std::vector<std::vector<std::int32_t>> named{{0}};
  const Candidates found = preferred.best({3, allowed, named});
  EXPECT_THAT(std::vector(found.ids.begin(), found.ids.begin() + 3), ElementsAre(0, 2, 1));
  EXPECT_THAT(std::vector(found.log_probs.begin(), found.log_probs.begin() + 3), ElementsAre(-0.25F, -1.0F, -1.5F));
  EXPECT_EQ(found.named[0][0].log_prob, -0.25F);
  EXPECT_EQ(found.named[0][0].own, -0.5F);
  EXPECT_THAT(preferred.log_probs().values, ElementsAre(-0.25F, -1.5F, -1.0F));
}

// Both have the term, and a bonus without that limit would be worth more to the shorter one.
TEST(PreferenceTest, AFavouredTermThatComesAnywayChangesNothing) {
  const NextProbabilities language = [](std::size_t, const Prefix& prefix) {
    const auto likely = [](std::size_t id) {
      std::vector<double> probabilities(4, 0.01);
      probabilities[id] = 0.97;
      return probabilities;
    };
    if (prefix.empty()) return likely(1);
    if (prefix.size() == 1) return std::vector<double>{0.2, 0.01, 0.78, 0.01};
    return prefix.size() < 4 ? likely(2) : likely(FakeScorer::kEos);
  };
  SearchOptions options;
  options.beam_size = 3;
  options.max_length = 8;
  const TermSet terms({TermForms{{1}}});
  const TermsFavoured favoured(terms, 20.0);
  FakeScorer plain(language), scorer(language);
  const std::vector<SearchedSentence> without{{5}}, with{{5, {}, {&favoured}}};
  const Hypothesis expected = beam_search(plain, without, kPreferredTokens, options)[0][0];
  EXPECT_EQ(expected.ids, (Prefix{1, 2, 2, 2}));
  EXPECT_EQ(beam_search(scorer, with, kPreferredTokens, options)[0][0].ids, expected.ids);
}

// Each row of a batch has its sentence's preferences, wherever it comes from.
TEST(PreferenceTest, EachSentenceHasItsOwn) {
  const NextProbabilities language = random_language(3, 12, 0.5);
  const RepetitionPenalty penalty(4.0);
  const FavouredPrefix first({7, 7, 7}, 20.0);
  SearchOptions options;
  options.beam_size = options.n_best = 3;
  options.max_length = 8;
  FakeScorer plain(language), scorer(language);
  const auto expected = beam_search(plain, std::vector<SearchedSentence>(4, {5}), kPreferredTokens, options);
  const std::vector<SearchedSentence> sentences{{5}, {5, {}, {&penalty}}, {5, {}, {&first}}, {5}};
  const auto found = beam_search(scorer, sentences, kPreferredTokens, options);
  for (const std::size_t same : {0, 3}) expect_found(found[same], expected[same]);
  const std::set<std::int32_t> distinct(found[1][0].ids.begin(), found[1][0].ids.end());
  EXPECT_EQ(distinct.size(), found[1][0].ids.size());
  EXPECT_EQ(Prefix(found[2][0].ids.begin(), found[2][0].ids.begin() + 3), (Prefix{7, 7, 7}));
}

// A bonus of 30 makes what is drawn certain; what is told of it is the model's own.
TEST(PreferenceTest, WhatIsDrawnFollowsThem) {
  const NextProbabilities language = random_language(3, 12, 0.1);
  const FavouredPrefix first({7, 3}, 30.0);
  SearchOptions options;
  options.beam_size = options.n_best = 1;
  options.max_length = 2;
  FakeScorer scorer(language);
  const std::vector<SearchedSentence> sentence{{5, {}, {&first}}};
  const auto found = beam_search(scorer, sentence, kPreferredTokens, options, {}, SamplingChooser({}, {1}))[0];
  EXPECT_EQ(found[0].ids, (Prefix{7, 3}));
  EXPECT_NEAR(found[0].token_log_probs[1], std::log(language(0, {7})[3]), 1e-5);
  EXPECT_NEAR(found[0].score, (found[0].log_prob + 60.0) / 2, 1e-4);
}

}  // namespace
}  // namespace dragoman
