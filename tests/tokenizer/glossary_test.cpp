#include "tokenizer/glossary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Terms = std::vector<GlossaryTerm>;

std::vector<std::string> sources(const Glossary& glossary, const std::string& text) {
  std::vector<std::string> found;
  for (const TermMatch& match : glossary.matches(text)) {
    EXPECT_EQ(text.substr(match.range.begin, match.range.end - match.range.begin), match.source);
    found.push_back(match.source);
  }
  return found;
}

std::vector<std::string> forms(const GlossaryTerm& term, const std::string& text) {
  const std::vector<TermMatch> found = Glossary(Terms{term}).matches(text);
  return found.empty() ? std::vector<std::string>() : found.front().forms;
}

TEST(GlossaryTest, FindsWholeWords) {
  const Glossary glossary({{"dog", {"Hund"}}, {"hot dog", {"Würstchen"}}, {"é", {"e"}}});
  EXPECT_THAT(sources(glossary, "a dog, dogs, bulldog, dog's (dog) dog-dog"),
              ElementsAre("dog", "dog", "dog", "dog", "dog"));
  EXPECT_THAT(sources(glossary, "dog1 _dog café"), ElementsAre("dog"));
  EXPECT_THAT(sources(glossary, ""), IsEmpty());
  EXPECT_THAT(sources(Glossary(), "dog"), IsEmpty());
}

TEST(GlossaryTest, FindsTheLongestThatBeginsFirst) {
  const Glossary glossary({{"dog", {}}, {"hot dog", {}}, {"dog food bowl", {}}, {"a hot", {}}});
  EXPECT_THAT(sources(glossary, "hot dog food bowl"), ElementsAre("hot dog"));
  EXPECT_THAT(sources(glossary, "dog food"), ElementsAre("dog"));
  EXPECT_THAT(sources(glossary, "a hot dog"), ElementsAre("a hot", "dog"));
}

TEST(GlossaryTest, WhiteSpaceStandsForAny) {
  const Glossary glossary(Terms{{" hot  dog ", {}}});
  EXPECT_THAT(sources(glossary, "hot\u00A0 dog hot dog hotdog"), ElementsAre("hot\u00A0 dog", "hot dog"));
}

TEST(GlossaryTest, SmallLettersStandForCapitalsToo) {
  const Glossary glossary({{"us", {"uns"}}, {"US", {"USA"}}, {"Apple", {"Apple"}}, {"straße", {"street"}}});
  EXPECT_THAT(sources(glossary, "us Us apple Apple APPLE Straße"), ElementsAre("us", "Us", "Apple", "APPLE", "Straße"));
  EXPECT_THAT(Glossary(Terms{{"us", {"uns"}}, {"US", {"USA"}}}).matches("US").front().forms.front(), "USA");
}

TEST(GlossaryTest, FormsFollowTheText) {
  EXPECT_THAT(forms({"dog", {"hund", "köter"}}, "dog"), ElementsAre("hund", "Hund", "köter", "Köter"));
  EXPECT_THAT(forms({"dog", {"Hund"}}, "Dog"), ElementsAre("Hund"));
  EXPECT_THAT(forms({"dog", {"große hunde"}}, "DOG"), ElementsAre("GROSSE HUNDE"));
  EXPECT_THAT(forms({"NATO", {"Nato"}}, "NATO"), ElementsAre("Nato")) << "it is always in capitals";
  EXPECT_THAT(forms({"dog", {" großer \t Hund "}}, "dog"), ElementsAre("großer Hund", "Großer Hund"));
  EXPECT_THAT(forms(GlossaryTerm{"dog", {}}, "DOG"), ElementsAre("DOG")) << "as it stands there";
}

TEST(GlossaryTest, ATermMayComeTwice) {
  const Glossary glossary({{"dog", {"Hund"}}, {"dog", {"Köter", "Hund"}}, {"dog", {}}});
  EXPECT_EQ(glossary.size(), 1u);
  EXPECT_THAT(glossary.matches("dog").front().forms, ElementsAre("Hund", "Köter", "dog", "Dog"));
  EXPECT_THROW(Glossary(Terms{{" ", {"x"}}}), std::invalid_argument);
}

TEST(GlossaryTest, ScriptsWithoutBlanksHaveNoWholeWords) {
  EXPECT_THAT(sources(Glossary(Terms{{"猫", {"cat"}}, {"サーバー", {"server"}}}), "黒猫がサーバーに"),
              ElementsAre("猫", "サーバー"));
  EXPECT_THAT(sources(Glossary(Terms{{"서울", {"Seoul"}}}), "서울에서"), ElementsAre("서울"));
  EXPECT_TRUE(is_written_without_blanks("猫"));
  EXPECT_FALSE(is_written_without_blanks("кот"));
}

TEST(CountFormsTest, CountsWholeWords) {
  EXPECT_EQ(count_forms("Hund, Hunde und Hund", {"Hund"}), 2u);
  EXPECT_EQ(count_forms("New York City", {"New", "New York"}), 1u);
  EXPECT_EQ(count_forms("hund", {"Hund"}), 0u);
  EXPECT_EQ(count_forms("", {"Hund"}), 0u);
  EXPECT_EQ(count_forms("Hund", {}), 0u);
}

TEST(GlossaryTest, AChecksumKnowsTermsTargetsAndTheirOrder) {
  const Glossary glossary({{"dog", {"Hund", "Köter"}}, {"cat", {}}});
  EXPECT_EQ(Glossary({{"dog", {"Hund", "Köter"}}, {"cat", {}}}).checksum(), glossary.checksum());
  for (const Terms& other :
       {Terms{{"dog", {"Hund"}}, {"Köter", {}}, {"cat", {}}}, Terms{{"cat", {}}, {"dog", {"Hund", "Köter"}}},
        Terms{{"dog", {"Köter", "Hund"}}, {"cat", {}}}, Terms{{"dog", {"Hund", "Köter", "cat"}}}})
    EXPECT_NE(Glossary(other).checksum(), glossary.checksum());
}

TEST(IsInsideWordTest, IsBetweenLettersAndDigits) {
  EXPECT_TRUE(is_inside_word("ab", 1));
  EXPECT_TRUE(is_inside_word("é9", 2));
  EXPECT_FALSE(is_inside_word("a.", 1));
  EXPECT_FALSE(is_inside_word("a", 1));
  EXPECT_FALSE(is_inside_word("猫犬", 3));
}

}  // namespace
}  // namespace dragoman
