#include "decoding/search/length_penalty.h"

#include <cmath>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(LengthPenalty, ByLengthIsAPowerOfTheLength) {
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kLength, 1.0, 7), 7.0);
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kLength, 0.5, 16), 4.0);
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kLength, 0.0, 16), 1.0);
}

TEST(LengthPenalty, GnmtFollowsTheFormulaOfThePaper) {
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kGnmt, 1.0, 1), 1.0);
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kGnmt, 1.0, 7), 2.0);
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kGnmt, 2.0, 13), 9.0);
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kGnmt, 0.6, 25), std::pow(5.0, 0.6));
}

TEST(LengthPenalty, NoneIgnoresLengthAndExponent) {
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kNone, 3.0, 40), 1.0);
}

TEST(LengthPenalty, AnEmptyHypothesisCountsAsOneToken) {
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kLength, 1.0, 0), 1.0);
  EXPECT_DOUBLE_EQ(length_penalty(Normalisation::kGnmt, 1.0, 0), 1.0);
}

}  // namespace
}  // namespace dragoman
