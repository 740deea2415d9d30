#include "metrics/segment_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words{"left over"};
  split_words(text, words);
  return words;
}

TEST(SegmentText, SplitsAtEveryWhiteSpaceOfPython) {
  EXPECT_THAT(words_of("a b\tc\nd\ve\ff\rg\x1Ch\x1Di\x1Ej\x1Fk"),
              ElementsAre("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"));
  EXPECT_THAT(words_of("a\u00A0b\u1680c\u2000d\u200Ae\u2028f\u2029g\u202Fh\u205Fi\u3000j\xC2\x85k"),
              ElementsAre("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"));
}

TEST(SegmentText, KeepsWhatOnlyLooksLikeWhiteSpace) {
  EXPECT_THAT(words_of("a\u200Bb\u180Ec\uFEFFd\u2060e\u00ADf\u200Bg"sv), testing::SizeIs(1));
  EXPECT_THAT(words_of("a\0b\x1B"
                       "c\x7F"
                       "d"sv),
              testing::SizeIs(1));
}

TEST(SegmentText, SplitsRunsAndEdges) {
  EXPECT_THAT(words_of(""), IsEmpty());
  EXPECT_THAT(words_of(" \u3000\t"), IsEmpty());
  EXPECT_THAT(words_of("  ein \u00A0 Wort  "), ElementsAre("ein", "Wort"));
}

TEST(SegmentText, KeepsTruncatedCharacters) {
  EXPECT_THAT(words_of("a\xE3\x80"), ElementsAre("a\xE3\x80"));
  EXPECT_THAT(words_of("\xC2"), ElementsAre("\xC2"));
}

TEST(SegmentText, StripsOnlyTheEnd) {
  EXPECT_EQ(strip_trailing_space(" a b \t\u00A0\u3000\n"), " a b");
  EXPECT_EQ(strip_trailing_space(" \u2028"), "");
  EXPECT_EQ(strip_trailing_space(""), "");
  EXPECT_EQ(strip_trailing_space("ä"), "ä");
  EXPECT_EQ(strip_trailing_space("à"), "à");  // its last byte is that of U+00A0
}

TEST(SegmentText, LowerCasesAsUnicodeSays) {
  EXPECT_EQ(to_lowercase("Größe ÄÖÜ ẞ"), "größe äöü ß");
  EXPECT_EQ(to_lowercase("ΟΔΥΣΣΕΥΣ ΣΑΣ, Σ"), "οδυσσευς σας, σ");
  EXPECT_EQ(to_lowercase("ΑΣ.Α ΑΣ.\u0301"), "ασ.α ας.\u0301");
  EXPECT_EQ(to_lowercase("İI"), "i\u0307i");
  EXPECT_EQ(to_lowercase("ꓐ𐐀ＡᎠ"), "ꓐ𐐨ａꭰ");
  EXPECT_EQ(to_lowercase("A\0B"sv), "a\0b"sv);
  EXPECT_EQ(to_lowercase(""), "");
}

TEST(SegmentText, StripsBothEnds) {
  EXPECT_EQ(strip_space(" \u3000a b\u00A0\n"), "a b");
  EXPECT_EQ(strip_space(" \u2028"), "");
}

TEST(SegmentText, CharactersAreCodePointsOrSingleBytes) {
  const std::string text = "aé👍";
  EXPECT_EQ(character_at(text, 0).code, U'a');
  EXPECT_EQ(character_at(text, 1).code, U'é');
  EXPECT_EQ(character_at(text, 3).code, U'👍');
  EXPECT_EQ(character_at(text, 3).length, 4u);
  EXPECT_EQ(character_at("\xC3", 0).length, 1u);  // cut off
  EXPECT_GT(character_at("\xC3", 0).code, 0x10FFFFu);
}

TEST(SegmentText, UndoesEntitiesInOrder) {
  std::string text = "&amp;lt; &amp;quot; &gt;";
  undo_entities(text);
  EXPECT_EQ(text, "< &quot; >");
}

}  // namespace
}  // namespace dragoman
