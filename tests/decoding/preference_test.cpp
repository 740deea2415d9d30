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
  EXPECT_EQ(added(preference.behind(Prefix{4}), 5), 2.0);
  EXPECT_TRUE(preference.behind(Prefix{3}).of_tokens.empty());
  EXPECT_TRUE(preference.behind(Prefix{4, 5}).of_tokens.empty());
}

TEST(PreferenceTest, SeveralMultiplyAndAdd) {
  const TermSet terms({TermForms{{4, 5}}});
  const TermsFavoured favoured(terms, 1.0);
  const FavouredPrefix first({4, 7}, 3.0);
  const RepetitionPenalty penalty(2.0);
  const std::vector<const Preference*> all{&penalty, &favoured, &first};
  const Preferences behind = all_of(all, Prefix{4});
  EXPECT_EQ(behind.of_others, -1.0) << "4 was a begun term";
  EXPECT_EQ(added(behind, 5), 1.0);
  EXPECT_EQ(added(behind, 7), 3.0 - 1.0);
  const auto four = std::ranges::find(behind.of_tokens, 4, &Preferences::OfToken::id);
  EXPECT_EQ(four->factor, 2.0);
  EXPECT_EQ(four->added, 0.0) << "one term is given up for its beginning once more";
  EXPECT_EQ(behind.of_tokens.size(), 3u);
}

// What a whole translation is worth by a preference.
using Worth = std::function<double(const Hypothesis&, const NextProbabilities&)>;

double penalised(const Hypothesis& hypothesis, const NextProbabilities& language) {
  double sum = 0;
  Prefix prefix;
  std::vector<std::int32_t> ids = hypothesis.ids;
  if (hypothesis.complete) ids.push_back(FakeScorer::kEos);
  for (const std::int32_t id : ids) {
    const double log_prob = std::log(language(0, prefix)[static_cast<std::size_t>(id)]);
    sum += std::ranges::count(prefix, id) > 0 ? 1.7 * log_prob : log_prob;
    prefix.push_back(id);
  }
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
  const TermsFavoured favoured(terms, 2.5);
  const FavouredPrefix first({2, 1}, 1.5);
  struct Case {
    const Preference* preference;
    Worth worth;
  };
  const std::vector<Case> cases{
      {&penalty, penalised},
      {&favoured,
       [&](const Hypothesis& h, const NextProbabilities&) {
         const TermSet::State state = terms.behind(h.ids);
         return h.log_prob + 2.5 * static_cast<double>(h.complete ? state.met_tokens : terms.gained(state));
       }},
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
