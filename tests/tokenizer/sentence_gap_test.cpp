#include "tokenizer/sentence_gap.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(SentenceGap, IsThatOfTheSource) {
  EXPECT_EQ(gap_of_translation("It is.", " ", "Es ist."), " ");
  EXPECT_EQ(gap_of_translation("It is.", "\u00a0 ", "Es ist so!"), "\u00a0 ");
  EXPECT_EQ(gap_of_translation("是。", "", "はい。"), "");
  EXPECT_EQ(gap_of_translation("是。", "\u3000", "はい。"), "\u3000");
  EXPECT_EQ(gap_of_translation("맞아요.", " ", "It is."), " ");
  EXPECT_EQ(gap_of_translation("1.", "  ", "1."), "  ");
  EXPECT_EQ(gap_of_translation("", "  ", ""), "  ");
}

TEST(SentenceGap, BetweenLanguagesWithAndWithoutBlanks) {
  EXPECT_EQ(gap_of_translation("It is.", "  ", "是。"), "");
  EXPECT_EQ(gap_of_translation("It is.", " ", "「是!」"), "");
  EXPECT_EQ(gap_of_translation("It is.", " ", "カー 3"), "");
  EXPECT_EQ(gap_of_translation("是。", "", "It is."), " ");
  EXPECT_EQ(gap_of_translation("是。", "\u3000", "It is."), " ");
}

}  // namespace
}  // namespace dragoman
