#include "base/markup.h"

#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

TEST(Markup, JsonCannotEndAScript) {
  EXPECT_EQ(json_in_script(R"({"a":"</script><!-- & \"q\""})"), R"({"a":"\u003c/script>\u003c!-- & \"q\""})");
}

TEST(Markup, XmlIsEscaped) {
  EXPECT_EQ(escape_xml("a<b>&\"'\tü\x01"), "a&lt;b&gt;&amp;&quot;&apos;\tü\uFFFD");
}

TEST(Markup, PrintableTextIsOneLineOfUtf8) {
  EXPECT_EQ(printable("grün 猫 <a> \\"), "grün 猫 <a> \\");
  EXPECT_EQ(printable("no\nsuch\r\tfile\x1B[1m\x7F"), "no\\nsuch\\r\\tfile\\x1b[1m\\x7f");
  EXPECT_EQ(printable("gr\xFCn"), "gr\\xfcn");
  EXPECT_EQ(printable("\xE2\x82"), "\\xe2\\x82");
  EXPECT_EQ(printable("a\u0085b\xC2"), "a\\xc2\\x85b\\xc2");
  EXPECT_EQ(printable(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(printable(""), "");
}

}  // namespace
}  // namespace dragoman
