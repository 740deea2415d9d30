#include "decoding/engine/length_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LengthBatches, LongestFirstAndEqualOnesInTheirOrder) {
  const std::size_t lengths[] = {2, 5, 2, 9, 5};
  EXPECT_THAT(batches_by_length(lengths, 2, 0), ElementsAre(ElementsAre(3, 1), ElementsAre(4, 0), ElementsAre(2)));
  EXPECT_THAT(batches_by_length(lengths, 0, 0), ElementsAre(ElementsAre(3, 1, 4, 0, 2)));
}

TEST(LengthBatches, TokensCountPadding) {
  const std::size_t lengths[] = {2, 5, 2, 9, 5};
  // 1 × 9, 2 × 5, 2 × 2
  EXPECT_THAT(batches_by_length(lengths, 0, 10), ElementsAre(ElementsAre(3), ElementsAre(1, 4), ElementsAre(0, 2)));
  EXPECT_THAT(batches_by_length(lengths, 1, 10), ::testing::SizeIs(5));
}

TEST(LengthBatches, AnItemBeyondTheBudgetIsABatchOfItsOwn) {
  const std::size_t lengths[] = {100, 3, 0};
  EXPECT_THAT(batches_by_length(lengths, 0, 6), ElementsAre(ElementsAre(0), ElementsAre(1, 2)));
}

TEST(LengthBatches, NothingMakesNoBatch) {
  EXPECT_THAT(batches_by_length({}, 4, 4), IsEmpty());
}

}  // namespace
}  // namespace dragoman
