#include "base/text_position.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(TextPosition, CountsLinesAndBytesAndSumsThem) {
  TextPosition one, other;
  one.add("one\ntwo\nth");
  for (const char* part : {"one", "\n", "", "two\nth"}) other.add(part);
  EXPECT_EQ(one, other);
  EXPECT_EQ(one.lines, 2);
  EXPECT_EQ(one.bytes, 10u);
  other.add("x");
  EXPECT_NE(one.checksum, other.checksum);
}

TEST(TextPosition, IsReadAsItIsWritten) {
  TextPosition position;
  EXPECT_EQ(parse_text_position(to_string(position)), position);
  position.add("123456789");
  EXPECT_EQ(to_string(position), "0 lines 9 bytes checksum cbf43926");
  EXPECT_EQ(parse_text_position(to_string(position)), position);
  for (const char* text :
       {"", "0 lines", "0 lines 9 bytes checksum cbf4392", "0 lines 9 bytes checksum cbf43926 ",
        " 0 lines 9 bytes checksum cbf43926", "+0 lines 9 bytes checksum cbf43926",
        "0 lines -9 bytes checksum cbf43926", "99999999999999999999 lines 9 bytes checksum cbf43926"})
    EXPECT_FALSE(parse_text_position(text)) << text;
}

}  // namespace
}  // namespace dragoman
