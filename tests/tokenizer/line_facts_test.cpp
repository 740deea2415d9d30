#include "tokenizer/line_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::uint32_t letters_of(const std::string& text, const std::string& language) {
  return letters_in(line_facts(text), scripts_of_language(language));
}

TEST(LineFacts, CountWordsLettersAndCharacters) {
  const LineFacts facts = line_facts(" Two re-used dogs,  3.5 m\tlong! ");
  EXPECT_EQ(facts.words, 8u);  // Two re used dogs 3 5 m long
  EXPECT_EQ(facts.letters, 3u + 6 + 4 + 1 + 4);
  EXPECT_EQ(facts.characters, facts.letters + 6);
  EXPECT_EQ(facts.digits, 2u);
  EXPECT_EQ(facts.longest_word, 7u);  // re-used
  const LineFacts empty = line_facts(" \t ");
  EXPECT_EQ(empty.words + empty.characters + empty.letters + empty.longest_word, 0u);
}

TEST(LineFacts, TakeCharactersForWordsWhereThereAreNoBlanks) {
  const LineFacts facts = line_facts("\u72ac\u304c\u8d70\u308b OK");
  EXPECT_EQ(facts.words, 5u);
  EXPECT_EQ(facts.longest_word, 2u);
}

TEST(LineFacts, MarksGoWithTheirWord) {
  EXPECT_EQ(line_facts("n\u0303u \u0928\u092e\u0938\u094d\u0924\u0947").words, 2u);
}

TEST(LineFacts, KnowScripts) {
  EXPECT_EQ(letters_of("abc \u0434\u043e\u043c", "de"), 3u);
  EXPECT_EQ(letters_of("abc \u0434\u043e\u043c", "ru"), 3u);
  EXPECT_EQ(letters_of("\u72ac\u304c", "ja"), 2u);
  EXPECT_EQ(letters_of("\u72ac\u304c", "zh-Hans"), 1u);
  EXPECT_EQ(letters_of("\u72ac\u304c", "zh_TW"), 1u);
  EXPECT_EQ(letters_of("\ud55c\uad6d", "ko"), 2u);
  EXPECT_EQ(letters_of("abc", "deu_Latn"), 3u);
  EXPECT_THAT(scripts_of_language("nonsense"), IsEmpty());
  EXPECT_THAT(scripts_of_language(""), IsEmpty());
  EXPECT_EQ(script_name(scripts_of_language("en").front()), "Latin");
}

TEST(LineFacts, NumbersAreDigitsAlone) {
  EXPECT_THAT(line_facts("In 2019, 1,000.5 of 7 (3.5, 3,5).").numbers, ElementsAre("10005", "2019", "35", "35", "7"));
  EXPECT_THAT(line_facts("\u0663\u0664 and 12., 13").numbers, ElementsAre("12", "13", "34"));
  EXPECT_THAT(line_facts("1..2").numbers, ElementsAre("1", "2"));
  EXPECT_THAT(line_facts("no number").numbers, IsEmpty());
}

TEST(LineFacts, TakeAnyBytes) {
  EXPECT_EQ(line_facts("a\xff\xfe b").characters, 4u);
  EXPECT_EQ(line_facts(std::string("a\0b", 3)).words, 2u);
}

}  // namespace
}  // namespace dragoman
