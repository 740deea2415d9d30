#include "decoding/markup/character_references.h"

#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

// What it stands for, "?" if that is unknown, "-" if there is none.
std::string meaning(std::string_view text, Markup markup = Markup::html) {
  const auto reference = reference_at(text, markup);
  if (!reference) return "-";
  EXPECT_EQ(text[reference->length - 1], ';');
  return reference->text.empty() ? "?" : reference->text;
}

TEST(CharacterReferences, StandForCharacters) {
  EXPECT_EQ(meaning("&amp;x"), "&");
  EXPECT_EQ(meaning("&AElig;"), "Æ");
  EXPECT_EQ(meaning("&zwnj;"), "\u200C");
  EXPECT_EQ(meaning("&eacute;"), "é");
  EXPECT_EQ(meaning("&#233;"), "é");
  EXPECT_EQ(meaning("&#xE9;"), "é");
  EXPECT_EQ(meaning("&#X1F600;"), "😀");
  EXPECT_EQ(meaning("&euro;"), "€");
}

TEST(CharacterReferences, OfXmlAreFive) {
  EXPECT_EQ(meaning("&quot;", Markup::xml), "\"");
  EXPECT_EQ(meaning("&eacute;", Markup::xml), "?");
  EXPECT_EQ(meaning("&#233;", Markup::xml), "é");
}

TEST(CharacterReferences, AreUnknownWhereTheyStandForNoCharacter) {
  for (const char* text : {"&unheard;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;", "&#xyz;", "&#x;", "&#7;"})
    EXPECT_EQ(meaning(text), "?") << text;
}

TEST(CharacterReferences, AreNotThereWhereNothingEndsThem) {
  for (const char* text : {"&", "& ", "&;", "&amp", "&amp b;", "&#;", "&#", "x&amp;", "&a&b;"})
    EXPECT_EQ(meaning(text), "-") << text;
}

}  // namespace
}  // namespace dragoman
