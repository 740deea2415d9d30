#include "tokenizer/text_units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

// What is no word in brackets.
std::vector<std::string> units(const std::string& text) {
  std::vector<std::string> found;
  for (const TextUnit& unit : units_of(text)) {
    const std::string bytes = text.substr(unit.range.begin, unit.range.end - unit.range.begin);
    found.push_back(unit.is_word ? bytes : "[" + bytes + "]");
  }
  return found;
}

TEST(TextUnits, AreWordsAndWhatStandsAtTheirEdges) {
  EXPECT_THAT(units("He said: \"Don't re-use 3.5!\""),
              ElementsAre("He", "said", "[:]", "[\"]", "Don't", "re-use", "3.5", "[!]", "[\"]"));
  EXPECT_THAT(units("(a) , …b"), ElementsAre("[(]", "a", "[)]", "[,]", "[…]", "b"));
  EXPECT_THAT(units(" \t\u00A0\n"), ElementsAre());
}

TEST(TextUnits, AreCharactersWhereNoBlanksAreWritten) {
  EXPECT_THAT(units("我爱Apple。です"), ElementsAre("我", "爱", "Apple", "[。]", "で", "す"));
}

TEST(TextUnits, KeepMarksWithTheirCharacters) {
  EXPECT_THAT(units("e\u0301a 👍🏽! ❤\uFE0F"), ElementsAre("e\u0301a", "[👍🏽]", "[!]", "[❤\uFE0F]"));
  EXPECT_THAT(units("\xFF"
                    "a"),
              ElementsAre("[\xFF]", "a"));
}

TEST(TextUnits, HaveColumns) {
  EXPECT_EQ(columns_of("Été."), 4u);
  EXPECT_EQ(columns_of("我爱，"), 6u);
  EXPECT_EQ(columns_of("e\u0301a\u200B\n"), 2u) << "marks and what is not seen have none";
}

TEST(TextUnits, TellLettersFromOthers) {
  EXPECT_TRUE(has_letter("12 ü"));
  EXPECT_FALSE(has_letter("12 – 😀 %"));
  EXPECT_TRUE(has_letter_or_digit("– ٣"));
  EXPECT_FALSE(has_letter_or_digit("– 😀 %"));
}

}  // namespace
}  // namespace dragoman
