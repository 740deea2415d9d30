#include "base/base64.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>

namespace dragoman {
namespace {

// RFC 4648, section 10.
TEST(Base64, HasTheVectorsOfItsStandard) {
  for (const auto& [text, bytes] : {std::pair{"", ""},
                                    {"Zg==", "f"},
                                    {"Zm8=", "fo"},
                                    {"Zm9v", "foo"},
                                    {"Zm9vYg==", "foob"},
                                    {"Zm9vYmE=", "fooba"},
                                    {"Zm9vYmFy", "foobar"}}) {
    EXPECT_EQ(decoded_base64(text), bytes);
    EXPECT_EQ(base64_of(bytes), text);
  }
  EXPECT_EQ(decoded_base64("AP+/"), std::string("\x00\xff\xbf", 3));
  EXPECT_EQ(base64_of(std::string("\x00\xff\xbf", 3)), "AP+/");
}

TEST(Base64, RefusesAnythingElse) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm9v\n", "Zm9-", "Z===", "=Zm9", "Zg==Zg=="})
    EXPECT_EQ(decoded_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace dragoman
