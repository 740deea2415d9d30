#include "data/corpus/bare_text.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(BareText, HasNoWhiteSpaceOfAnyKindAtItsEnds) {
  EXPECT_EQ(bare_text(" \t\u00a0a  b\u3000\u0085\r"), "a  b");
  EXPECT_EQ(bare_text("\u00e0"), "\u00e0");  // its second byte is that of U+00A0
  EXPECT_EQ(bare_text("\u00a0\u2028 "), "");
  EXPECT_EQ(bare_text(""), "");
  EXPECT_EQ(bare_text("\xA0\xC2 "), "\xA0\xC2");
}

}  // namespace
}  // namespace dragoman
