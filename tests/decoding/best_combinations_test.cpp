#include "decoding/text/best_combinations.h"

#include <algorithm>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

using Scores = std::vector<std::vector<double>>;
using Choice = std::vector<std::size_t>;

std::vector<Choice> by_trying_all(const Scores& scores, std::size_t count) {
  std::vector<Choice> all{{}};
  for (const auto& candidates : scores) {
    std::vector<Choice> longer;
    for (const Choice& choice : all) {
      for (std::size_t k = 0; k < candidates.size(); ++k) {
        longer.push_back(choice);
        longer.back().push_back(k);
      }
    }
    all = longer;
  }
  const auto sum = [&](const Choice& choice) {
    double total = 0;
    for (std::size_t i = 0; i < choice.size(); ++i) total += scores[i][choice[i]];
    return total;
  };
  std::ranges::stable_sort(all, std::greater(), sum);
  all.resize(std::min(count, all.size()));
  return all;
}

TEST(BestCombinations, AreThoseOfTryingAll) {
  std::uint32_t state = 1;
  const auto random = [&](std::uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % below;
  };
  for (int round = 0; round < 200; ++round) {
    Scores scores(1 + random(5));
    for (auto& candidates : scores) {
      for (std::uint32_t k = 0; k <= random(4); ++k) candidates.push_back(-static_cast<double>(random(1000000)));
      std::ranges::sort(candidates, std::greater());
    }
    const std::size_t count = 1 + random(20);
    EXPECT_EQ(best_combinations(scores, count), by_trying_all(scores, count)) << "round " << round;
  }
}

TEST(BestCombinations, TheFirstHasTheBestOfEach) {
  EXPECT_THAT(best_combinations(Scores{{-1, -1}, {-2}, {-3, -3, -9}}, 4),
              ElementsAre(Choice{0, 0, 0}, Choice{1, 0, 0}, Choice{0, 0, 1}, Choice{1, 0, 1}));
  EXPECT_THAT(best_combinations(Scores{}, 3), ElementsAre(Choice{}));
}

TEST(BestCombinations, ManyPartsTakeAMoment) {
  const Scores scores(100000, {-1, -2, -3, -4, -5});
  const auto best = best_combinations(scores, 5);
  ASSERT_EQ(best.size(), 5u);
  for (std::size_t n = 0; n < best.size(); ++n)
    EXPECT_EQ(std::accumulate(best[n].begin(), best[n].end(), std::size_t{0}), n == 0 ? 0u : 1u);
}

}  // namespace
}  // namespace dragoman
