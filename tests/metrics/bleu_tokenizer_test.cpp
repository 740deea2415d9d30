#include "metrics/bleu_tokenizer.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

std::string tokens(BleuTokenizer tokenizer, std::string_view line) {
  std::string buffer = "left over";
  std::vector<std::string_view> words{"left", "over"};
  split_for_bleu(tokenizer, line, buffer, words);
  std::string joined;
  for (const std::string_view word : words) joined.append(joined.empty() ? "" : " ").append(word);
  return joined;
}

// The expectations follow from the rules of mteval-v13a; tests/fixtures/bleu_golden.json holds many more.
TEST(BleuTokenizer, SetsSymbolsApart) {
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "(a/b)\"c\"!"), "( a / b ) \" c \" !");
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "It's a_b-c"), "It's a _ b-c");
}

TEST(BleuTokenizer, KeepsStopsAndCommasBetweenDigits) {
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "1,234.5 is 2. Not,so."), "1,234.5 is 2 . Not , so .");
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "v1.2a.3"), "v1.2a . 3");
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "٣.٤"), "٣ . ٤");  // only ASCII digits count
}

TEST(BleuTokenizer, LooksAtEachCharacterOncePerRule) {
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "..1"), ". .1");
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "a.,1"), "a . ,1");
}

TEST(BleuTokenizer, SeparatesDashesAfterDigits) {
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "7-3 a-b 5-a b-5"), "7 - 3 a-b 5 - a b-5");
}

TEST(BleuTokenizer, UndoesMarkupInOrder) {
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "&amp;lt; &amp;quot; x<skipped>y"), "< & quot ; xy");
  EXPECT_EQ(tokens(BleuTokenizer::k13a, "over-\nlap new\nline"), "overlap new line");
}

TEST(BleuTokenizer, NoneSplitsAtWhiteSpaceOnly) {
  EXPECT_EQ(tokens(BleuTokenizer::kNone, "(a/b), &amp; \u00A0 1-2."), "(a/b), &amp; 1-2.");
}

TEST(BleuTokenizer, InternationalSetsAnyPunctuationAndSymbolApart) {
  EXPECT_EQ(tokens(BleuTokenizer::kIntl, "„Ja“, 1.5€ – x¿y a-b"), "„ Ja “ , 1.5 € – x ¿ y a - b");
  EXPECT_EQ(tokens(BleuTokenizer::kIntl, "٣.٤ 2024."), "٣.٤ 2024.");  // any digit; nothing follows the last stop
  EXPECT_EQ(tokens(BleuTokenizer::kIntl, "&lt; a..1"), "& lt ; a . .1");
}

TEST(BleuTokenizer, ChineseCharactersAreWords) {
  EXPECT_EQ(tokens(BleuTokenizer::kZh, " 我喜欢3.5kg苹果。ok"), "我 喜 欢 3.5kg 苹 果 。 ok");
  EXPECT_EQ(tokens(BleuTokenizer::kZh, "カタ가나"), "カタ가나");        // neither kana nor hangul
  EXPECT_EQ(tokens(BleuTokenizer::kZh, "a–b ｶ 𠀀𠀁"), "a – b ｶ 𠀀𠀁");  // U+2013 counts, plane 2 does not
  EXPECT_EQ(tokens(BleuTokenizer::kZh, ".5 a."), ".5 a .");
}

TEST(BleuTokenizer, CharSetsEveryCharacterApart) {
  EXPECT_EQ(tokens(BleuTokenizer::kChar, "ab\u3000é👍"), "a b é 👍");
}

TEST(BleuTokenizer, ASentencePieceModelIsCalledByItsFile) {
  EXPECT_EQ(piece_tokenizer_name("models/de.en.model"), "de.en");
  EXPECT_EQ(piece_tokenizer_name("a|b:c.model"), "a_b_c");
  EXPECT_EQ(piece_tokenizer_name("/cache/flores200sacrebleuspm"), "flores200");
}

}  // namespace
}  // namespace dragoman
