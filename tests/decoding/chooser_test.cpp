#include "decoding/search/chooser.h"

#include "decoding/search/beam_search.h"
#include "tests/decoding/fake_scorer.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr SearchTokens kChooserTokens{FakeScorer::kStart, FakeScorer::kEos};

std::vector<std::vector<int>> rows_and_ids(const std::vector<Successor>& successors) {
  std::vector<std::vector<int>> result;
  for (const Successor& successor : successors) result.push_back({successor.row, successor.id});
  return result;
}

TEST(Chooser, TheBestAreThoseOfAllRowsOfASentence) {
  // Two rows of one sentence, and one of another.
  const WholeRows next({3, 3, {-1.0F, -2.0F, -5.0F, -1.5F, -2.0F, -1.0F, -4.0F, -2.0F, -3.0F}});
  const std::vector<double> first{-1.0, -1.0}, second{-3.0};
  const std::vector<SentenceRows> sentences{{0, first}, {2, second}};
  std::vector<AllowedIds> allowed(3);
  allowed[2].forbid(std::vector<std::int32_t>{1});
  const auto two = BestChooser().successors(next, {allowed, {}, sentences}, 2);
  ASSERT_THAT(two, SizeIs(2));
  using Pair = std::vector<int>;
  EXPECT_THAT(rows_and_ids(two[0]), ElementsAre(Pair{0, 0}, Pair{1, 2}, Pair{1, 0}, Pair{0, 1}))
      << "equal ones by row, then by id, and the fifth at -3 is one too many";
  EXPECT_THAT(rows_and_ids(two[1]), ElementsAre(Pair{0, 2}, Pair{0, 0}));
  EXPECT_DOUBLE_EQ(two[1][0].log_prob, -6.0);
  EXPECT_EQ(two[1][0].token_log_prob, -3.0F);
}

// From whole rows, by the definition: every allowed token of every row, sorted.
class BestByDefinition : public Chooser {
 public:
  std::vector<std::vector<Successor>> successors(const NextTokens& next, const StepRows& rows,
                                                 int beam_size) const override {
    const LogProbs whole = next.log_probs();
    std::vector<std::vector<Successor>> result;
    for (const SentenceRows& sentence : rows.sentences) {
      std::vector<Successor>& found = result.emplace_back();
      for (std::int32_t row = 0; row < std::ssize(sentence.log_probs); ++row) {
        const std::span<const float> log_probs = whole.row(sentence.first_row + row);
        for (std::int32_t id = 0; id < std::ssize(log_probs); ++id) {
          if (rows.allowed[static_cast<std::size_t>(sentence.first_row + row)].contains(id))
            found.push_back({sentence.log_probs[row] + log_probs[id], row, id, log_probs[id]});
        }
      }
      std::ranges::stable_sort(found, [](const auto& a, const auto& b) { return a.log_prob > b.log_prob; });
      found.resize(std::min(found.size(), 2 * static_cast<std::size_t>(beam_size)));
    }
    return result;
  }
};

// Each hypothesis goes on with its second best token, as long as there is one.
class SecondBest : public Chooser {
 public:
  std::vector<std::vector<Successor>> successors(const NextTokens& next, const StepRows& rows, int) const override {
    const Candidates two = next.best({2, rows.allowed});
    std::vector<std::vector<Successor>> result;
    for (const SentenceRows& sentence : rows.sentences) {
      const std::size_t second = static_cast<std::size_t>(sentence.first_row * 2 + 1);
      const float log_prob = two.log_probs[second];
      result.push_back({{sentence.log_probs[0] + log_prob, 0, two.ids[second], log_prob}});
    }
    return result;
  }
};

TEST(Chooser, TheSearchTakesWhatIsChosen) {
  const auto language = [](std::size_t sentence, const Prefix& prefix) -> std::vector<double> {
    if (prefix.size() == 2) return {0.4, 0.6, 0.0};
    return sentence == 0 ? std::vector{0.0, 0.3, 0.7} : std::vector{0.0, 0.7, 0.3};
  };
  FakeScorer scorer(language);
  SearchOptions one;
  one.beam_size = 1;
  const auto found = beam_search(scorer, std::vector<SearchedSentence>(2, {5}), kChooserTokens, one, {}, SecondBest());
  EXPECT_THAT(found[0][0].ids, ElementsAre(1, 1));
  EXPECT_THAT(found[1][0].ids, ElementsAre(2, 2));
  EXPECT_TRUE(found[1][0].complete);
}

TEST(Chooser, WholeRowsAndBestTokensLeadToTheSame) {
  const MinimumLength three(FakeScorer::kEos, 3);
  const ForbiddenIds no_four({4});
  const std::vector<const Constraint*> constraints{&three, &no_four};
  for (const int beam_size : {1, 3, 8}) {
    SearchOptions options;
    options.beam_size = options.n_best = beam_size;
    options.max_length = 12;
    const NextProbabilities language = random_language(5, 9, 2.0);
    FakeScorer scorer(language), whole(language);
    const std::vector<SearchedSentence> sentences(20, {5});
    const auto best = beam_search(scorer, sentences, kChooserTokens, options, constraints);
    const auto from_whole = beam_search(whole, sentences, kChooserTokens, options, constraints, BestByDefinition());
    for (std::size_t i = 0; i < best.size(); ++i) {
      ASSERT_EQ(best[i].size(), from_whole[i].size());
      for (std::size_t n = 0; n < best[i].size(); ++n) {
        EXPECT_EQ(best[i][n].ids, from_whole[i][n].ids);
        EXPECT_EQ(best[i][n].token_log_probs, from_whole[i][n].token_log_probs);
        EXPECT_EQ(best[i][n].score, from_whole[i][n].score);
      }
    }
  }
}

}  // namespace
}  // namespace dragoman
