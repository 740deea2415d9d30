#include "metrics/porter_stemmer.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

void expect_stems(const std::vector<std::pair<std::string, std::string>>& stems) {
  for (const auto& [word, stem] : stems) EXPECT_EQ(porter_stem(word), stem) << word;
}

// Examples from Porter's paper, with what NLTK's later steps make of them.
TEST(PorterStemmer, Plurals) {
  expect_stems({{"caresses", "caress"}, {"ponies", "poni"}, {"caress", "caress"}, {"cats", "cat"}});
}

TEST(PorterStemmer, PastAndGerund) {
  expect_stems({{"feed", "feed"},
                {"agreed", "agre"},
                {"plastered", "plaster"},
                {"bled", "bled"},
                {"motoring", "motor"},
                {"sing", "sing"},
                {"conflated", "conflat"},
                {"troubled", "troubl"},
                {"sized", "size"},
                {"hopping", "hop"},
                {"tanned", "tan"},
                {"falling", "fall"},
                {"hissing", "hiss"},
                {"fizzed", "fizz"},
                {"failing", "fail"},
                {"filing", "file"}});
}

TEST(PorterStemmer, DerivedWords) {
  expect_stems({{"relational", "relat"},
                {"conditional", "condit"},
                {"vietnamization", "vietnam"},
                {"hopefulness", "hope"},
                {"sensibiliti", "sensibl"},
                {"triplicate", "triplic"},
                {"electrical", "electr"},
                {"replacement", "replac"},
                {"adoption", "adopt"},
                {"effective", "effect"},
                {"opinion", "opinion"}});
}

TEST(PorterStemmer, FinalLetters) {
  expect_stems({{"probate", "probat"}, {"rate", "rate"}, {"cease", "ceas"}, {"controll", "control"}, {"roll", "roll"}});
}

TEST(PorterStemmer, NltksChanges) {
  expect_stems({{"skies", "sky"},
                {"dying", "die"},
                {"news", "news"},
                {"innings", "inning"},
                {"proceed", "proceed"},
                {"dies", "die"},
                {"died", "die"},
                {"spied", "spi"},
                {"enjoy", "enjoy"},
                {"happy", "happi"},
                {"spy", "spi"},
                {"theologi", "theolog"},
                {"geologi", "geolog"},
                {"hopefulli", "hope"},
                {"conditionalli", "condit"}});
}

TEST(PorterStemmer, ShortWordsAndDigits) {
  expect_stems({{"s", "s"}, {"as", "as"}, {"1990s", "1990"}, {"4ed", "4ed"}});
}

}  // namespace
}  // namespace dragoman
