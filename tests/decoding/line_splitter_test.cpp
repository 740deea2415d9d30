#include "decoding/text/line_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kByte = Boundary::kInsideCharacter, kIn = Boundary::kInsideWord, kWord = Boundary::kWord,
               kEnd = Boundary::kSentence;

TEST(LineSplitter, TellsBoundariesApart) {
  EXPECT_EQ(boundary_between("▁hun", "de"), kIn);
  EXPECT_EQ(boundary_between("▁Hunde", "▁bellen"), kWord);
  EXPECT_EQ(boundary_between("▁bellen", "."), kIn);
  EXPECT_EQ(boundary_between(".", "▁Katzen"), kEnd);
  EXPECT_EQ(boundary_between("▁los!\"", "▁Katzen"), kEnd);
  EXPECT_EQ(boundary_between("?”)", "▁Ja"), kEnd);
  EXPECT_EQ(boundary_between("3.", "14"), kIn);
  EXPECT_EQ(boundary_between("。", "猫"), kEnd);
  EXPECT_EQ(boundary_between("犬", "猫"), kIn);
  EXPECT_EQ(boundary_between("\"", "▁Ja"), kWord);
  EXPECT_EQ(boundary_between("\xE7", "\x8A\xAC"), Boundary::kInsideCharacter);
  EXPECT_EQ(boundary_between("\x8A\xAC", "\xE7"), kIn);
}

TEST(LineSplitter, WhatFitsIsNotCut) {
  EXPECT_THAT(cut_into_parts({}, 3), IsEmpty());
  const Boundary text[] = {kEnd, kWord, kEnd};
  EXPECT_THAT(cut_into_parts(text, 3), ElementsAre(3));
}

TEST(LineSplitter, CutsAtTheLastSentenceThatFitsElseAtTheLastWordElseAnywhere) {
  const Boundary sentences[] = {kWord, kEnd, kEnd, kWord, kWord, kEnd};
  EXPECT_THAT(cut_into_parts(sentences, 4), ElementsAre(3, 6));
  const Boundary words[] = {kIn, kWord, kIn, kWord, kIn, kIn, kEnd};
  EXPECT_THAT(cut_into_parts(words, 3), ElementsAre(2, 4, 7));
  const Boundary one_word[] = {kIn, kIn, kIn, kIn, kIn, kIn, kEnd};
  EXPECT_THAT(cut_into_parts(one_word, 3), ElementsAre(3, 6, 7));
  EXPECT_THAT(cut_into_parts(one_word, 1), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  const Boundary characters[] = {kByte, kIn, kByte, kByte, kIn, kByte, kEnd};
  EXPECT_THAT(cut_into_parts(characters, 3), ElementsAre(2, 5, 7));
}

}  // namespace
}  // namespace dragoman
