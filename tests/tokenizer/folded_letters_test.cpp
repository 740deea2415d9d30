#include "tokenizer/folded_letters.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(FoldedLetters, AreAllThatIsLeft) {
  EXPECT_EQ(folded_letters("The 3rd Night!"), "therdnight");
  EXPECT_EQ(folded_letters(" 12:30 \u2014 \u0661\u0662 \u2167 \u2603\ufe0f "), "");
  EXPECT_EQ(folded_letters(""), "");
}

TEST(FoldedLetters, HaveOneCaseInEveryScript) {
  EXPECT_EQ(folded_letters("\u00c4RGER"), folded_letters("\u00e4rger"));
  EXPECT_EQ(folded_letters("\u0414\u041e\u041c"), "\u0434\u043e\u043c");
  EXPECT_EQ(folded_letters("\u039f\u0394\u039f\u03a3"),
            folded_letters("\u03bf\u03b4\u03bf\u03c2"));  // the last is the form at a word's end
}

TEST(FoldedLetters, KeepAccentsAndMarks) {
  EXPECT_NE(folded_letters("schon"), folded_letters("sch\u00f6n"));
  EXPECT_EQ(folded_letters("n\u0303 \u0303"), "n\u0303");
  EXPECT_EQ(folded_letters("\u0928\u092e\u0938\u094d\u0924\u0947!"), "\u0928\u092e\u0938\u094d\u0924\u0947");
}

TEST(FoldedLetters, LeaveOutWhatIsIllFormed) {
  EXPECT_EQ(folded_letters("a\xff"
                           "B\xc3"),
            "ab");
}

}  // namespace
}  // namespace dragoman
