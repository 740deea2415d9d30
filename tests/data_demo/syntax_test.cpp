#include "data/demo/syntax.h"

#include <gtest/gtest.h>

namespace dragoman::demo {
namespace {

TEST(JoinSentence, CapitalisesTheFirstLetterAlsoWithUmlaut) {
  EXPECT_EQ(join_sentence({"öffne", "die", "Tür"}, "!"), "Öffne die Tür!");
  EXPECT_EQ(join_sentence({"ärzte"}, "."), "Ärzte.");
  EXPECT_EQ(join_sentence({"we", "go"}, "."), "We go.");
  EXPECT_EQ(join_sentence({"ßen"}, "."), "ßen.");
}

TEST(JoinSentence, MergesCommas) {
  EXPECT_EQ(join_sentence({"der", "Mann", ",", "der", "lacht", ",", ",", "weil", "er", "singt", ","}, "."),
            "Der Mann, der lacht, weil er singt.");
  EXPECT_EQ(join_sentence({",", "ja"}, "."), "Ja.");
}

TEST(AppendWords, SplitsAtSpaces) {
  Words words{"a"};
  append(words, "b c");
  append(words, "");
  EXPECT_EQ(words, (Words{"a", "b", "c"}));
}

}  // namespace
}  // namespace dragoman::demo
