#include "metrics/bleu_tokenizer.h"

#include "metrics/segment_text.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

std::string tokens(BleuTokenizer tokenizer, std::string_view line) {
  std::string text = "left over";
  tokenize_for_bleu(tokenizer, line, text);
  std::vector<std::string_view> words;
  split_words(text, words);
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

TEST(BleuTokenizer, ASentencePieceModelIsCalledByItsFile) {
  EXPECT_EQ(piece_tokenizer_name("models/de.en.model"), "de.en");
  EXPECT_EQ(piece_tokenizer_name("a|b:c.model"), "a_b_c");
  EXPECT_EQ(piece_tokenizer_name("/cache/flores200sacrebleuspm"), "flores200");
}

}  // namespace
}  // namespace dragoman
