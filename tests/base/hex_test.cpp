#include "base/hex.h"

#include <gtest/gtest.h>
#include <optional>

namespace dragoman {
namespace {

TEST(ByteOfHex, TakesTwoDigitsAndNothingElse) {
  EXPECT_EQ(byte_of_hex("00"), 0x00);
  EXPECT_EQ(byte_of_hex("fF"), 0xFF);
  EXPECT_EQ(byte_of_hex("2b"), 0x2B);
  for (const char* const other : {"", "4", "123", "0x", "-1", "+1", " 1", "1 ", "zz", "1g"})
    EXPECT_EQ(byte_of_hex(other), std::nullopt) << other;
}

}  // namespace
}  // namespace dragoman
