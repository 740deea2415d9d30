#include "tokenizer/text_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TextWords, WordsAreBetweenAsciiWhiteSpace) {
  EXPECT_THAT(words_of(" a\t bc\u00A0d "), ElementsAre(TextRange{1, 2}, TextRange{4, 9}));
  EXPECT_THAT(words_of(" \t"), IsEmpty());
}

TEST(TextWords, TokensCountToTheWordsWhoseCharactersTheyHave) {
  //                            0123456789
  const std::string text = "New York is";
  const std::vector<TextRange> tokens{{0, 2}, {2, 8}, {8, 9}, {9, 9}, {9, 11}, {11, 11}};
  // "Ne", "w York", " " before the word behind it, nothing, "is", and nothing at the end.
  EXPECT_THAT(tokens_of_words(text, tokens), ElementsAre(ElementsAre(0, 1), ElementsAre(1), ElementsAre(2, 3, 4)));
  EXPECT_THAT(tokens_of_words(" ", tokens), IsEmpty());
  const std::vector<TextRange> last_first(tokens.rbegin(), tokens.rend());
  EXPECT_THAT(tokens_of_words(text, last_first), ElementsAre(ElementsAre(4, 5), ElementsAre(4), ElementsAre(1, 2, 3)));
}

}  // namespace
}  // namespace dragoman
