#include "decoding/search/step_scorer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

TEST(StepScorer, TheBestOfWholeRowsAreOrderedAndFilledUp) {
  const LogProbs rows{2, 4, {-3.0F, -1.0F, -1.0F, -2.0F, -1.0F, kImpossible, -2.0F, -3.0F}};
  std::vector<AllowedIds> allowed(2);
  allowed[1].forbid(std::vector<std::int32_t>{0});
  const Candidates three = best_of(rows, {3, allowed});
  EXPECT_EQ(three.rows, 2);
  EXPECT_EQ(three.per_row, 3);
  EXPECT_THAT(three.ids, ElementsAre(1, 2, 3, 2, 3, 0));
  EXPECT_THAT(three.log_probs, ElementsAre(-1.0F, -1.0F, -2.0F, -2.0F, -3.0F, kImpossible));
  EXPECT_EQ(best_of(rows, {9, allowed}).per_row, 4) << "no more than the vocabulary has";
  EXPECT_THROW(best_of(rows, {3, std::vector<AllowedIds>(1)}), std::logic_error);
}

}  // namespace
}  // namespace dragoman
