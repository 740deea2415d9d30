#include "base/markup.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(Markup, JsonCannotEndAScript) {
  EXPECT_EQ(json_in_script(R"({"a":"</script><!-- & \"q\""})"), R"({"a":"\u003c/script>\u003c!-- & \"q\""})");
}

TEST(Markup, XmlIsEscaped) {
  EXPECT_EQ(escape_xml("a<b>&\"'\tü\x01"), "a&lt;b&gt;&amp;&quot;&apos;\tü\uFFFD");
}

}  // namespace
}  // namespace dragoman
