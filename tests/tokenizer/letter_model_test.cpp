#include "tokenizer/letter_model.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

double frequency(int place) {
  return std::pow(place + 1.5, -0.9);
}

TEST(LetterModel, GivesTheProbabilityOfEachLetterAndOfTheEnd) {
  const LetterModel model("_\na\nb\n_a\t 12\nab\n_ab\n");
  const double letters = frequency(1) + frequency(2) + frequency(3);
  // "a" behind "_", "b" behind "_a", and "_" behind "_ab", "ab" or "b", of which the list has nothing.
  const double expected =
      frequency(4) / frequency(1) * frequency(6) / frequency(4) * std::pow(0.4, 3) * frequency(1) / letters;
  EXPECT_NEAR(model.log_probability(U"ab"), std::log(expected), 1e-9);
}

TEST(LetterModel, IsNoneTheLessDefinedForLettersThatItLacks) {
  const LetterModel model("_\na\n");
  EXPECT_TRUE(model.has(U'a'));
  EXPECT_FALSE(model.has(U'я'));
  EXPECT_TRUE(std::isfinite(model.log_probability(U"я")));
  EXPECT_LT(model.log_probability(U"я"), model.log_probability(U"a"));
}

TEST(LetterModel, PrefersWordsWithItsSequences) {
  const LetterModel german("_\ne\nn\nc\nh\nen_\nch\nen\nich\n"), french("_\ne\nn\ns\nu\nes_\nou\nes\nnt_\n");
  EXPECT_GT(german.log_probability(U"chen"), french.log_probability(U"chen"));
  EXPECT_LT(german.log_probability(U"nous"), french.log_probability(U"nous"));
}

TEST(LetterWords, AreInLowerCaseWithoutAnythingElse) {
  EXPECT_EQ(letter_words("L'Été, 2024: Ein_Mann"), (std::vector<std::u32string>{U"l", U"été", U"ein", U"mann"}));
  EXPECT_EQ(letter_words("e\u0301te\u0301"), (std::vector<std::u32string>{U"e\u0301te\u0301"}))
      << "marks belong to letters";
  EXPECT_TRUE(letter_words(" 12.5 % 🙂 ").empty());
}

}  // namespace
}  // namespace dragoman
