#include "data/demo/english_morphology.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>

namespace dragoman::demo {
namespace {

TEST(EnglishMorphology, Plurals) {
  const std::pair<const char*, const char*> kForms[] = {
      {"dog", "dogs"},     {"child", "children"}, {"woman", "women"},     {"wolf", "wolves"},   {"knife", "knives"},
      {"mouse", "mice"},   {"goose", "geese"},    {"family", "families"}, {"boy", "boys"},      {"potato", "potatoes"},
      {"radio", "radios"}, {"box", "boxes"},      {"bus", "buses"},       {"dress", "dresses"}, {"beach", "beaches"}};
  for (const auto& [singular, plural] : kForms) EXPECT_EQ(english_plural(noun(singular)), plural);
}

TEST(EnglishMorphology, VerbForms) {
  auto third = [](const char* base, Frame frame) {
    return conjugate(verb(base, frame).english, false, Person::third, false);
  };
  EXPECT_EQ(third("wash", Frame::transitive), "washes");
  EXPECT_EQ(third("carry", Frame::transitive), "carries");
  EXPECT_EQ(third("play", Frame::intransitive), "plays");
  EXPECT_EQ(third("go", Frame::motion), "goes");
  EXPECT_EQ(third("have", Frame::transitive), "has");
  EXPECT_EQ(third("be", Frame::copula), "is");
  const EnglishVerb& be = verb("be", Frame::copula).english;
  EXPECT_EQ(conjugate(be, false, Person::first, false), "am");
  EXPECT_EQ(conjugate(be, true, Person::first, false), "was");
  EXPECT_EQ(conjugate(be, true, Person::second, false), "were");
  EXPECT_EQ(conjugate(be, false, Person::third, true), "are");
  const EnglishVerb& write = verb("write", Frame::transitive).english;
  EXPECT_EQ(conjugate(write, true, Person::third, true), "wrote");
  EXPECT_EQ(english_participle(write), "written");
  EXPECT_EQ(english_participle(verb("bake", Frame::transitive).english), "baked");
  EXPECT_EQ(conjugate(verb("tidy up", Frame::transitive).english, true, Person::first, true), "tidied");
}

TEST(EnglishMorphology, ArticlesAndPronouns) {
  EXPECT_EQ(indefinite_article("apple"), "an");
  EXPECT_EQ(indefinite_article("umbrella"), "an");
  EXPECT_EQ(indefinite_article("house"), "a");
  EXPECT_EQ(english_pronoun(Person::third, false, Gender::masculine, true, EnglishCase::subject), "it");
  EXPECT_EQ(english_pronoun(Person::third, false, Gender::feminine, false, EnglishCase::possessive), "her");
  EXPECT_EQ(english_pronoun(Person::third, true, Gender::feminine, true, EnglishCase::object), "them");
  EXPECT_EQ(english_pronoun(Person::first, false, Gender::neuter, false, EnglishCase::object), "me");
}

TEST(EnglishMorphology, Numbers) {
  EXPECT_EQ(english_number(2), "two");
  EXPECT_EQ(english_number(13), "thirteen");
  EXPECT_EQ(english_number(40), "forty");
  EXPECT_EQ(english_number(21), "twenty-one");
  EXPECT_THROW(english_number(100), std::invalid_argument);
}

TEST(Lexicon, NamesWhatItDoesNotKnow) {
  EXPECT_THROW(noun("unicorn"), std::invalid_argument);
  EXPECT_THROW(verb("buy", Frame::dative), std::invalid_argument);
  EXPECT_THROW(adjective("purple"), std::invalid_argument);
  EXPECT_THROW(modal("might"), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman::demo
