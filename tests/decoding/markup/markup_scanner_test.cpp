#include "decoding/markup/markup_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

// Each part behind a letter for its kind.
std::vector<std::string> parts(std::string_view text, Markup markup = Markup::html) {
  std::vector<std::string> found;
  for (const MarkupToken& token : scan_markup(text, markup)) {
    const char kind = "toceO"[static_cast<int>(token.kind)];
    found.push_back(kind + std::string(token.translated ? ":" : "!") + std::string(token.bytes));
  }
  return found;
}

TEST(MarkupScanner, KnowsTagsFromText) {
  EXPECT_THAT(parts("a <b>c</b> d"), ElementsAre("t:a ", "o:<b>", "t:c", "c:</b>", "t: d"));
  EXPECT_THAT(parts("<br><BR/><img src=a>x"), ElementsAre("e:<br>", "e:<BR/>", "e:<img src=a>", "t:x"));
  EXPECT_THAT(parts("<br>x", Markup::xml), ElementsAre("o:<br>", "t:x"));
  EXPECT_THAT(parts("<x1:y/>", Markup::xml), ElementsAre("e:<x1:y/>"));
  EXPECT_THAT(parts(""), ElementsAre());
  EXPECT_THAT(parts("a <b>c", Markup::none), ElementsAre("t:a <b>c"));
}

TEST(MarkupScanner, ReadsAttributesToTheirEnds) {
  EXPECT_THAT(parts(R"(<a href="x>y" title='"'>z)"), ElementsAre(R"(o:<a href="x>y" title='"'>)", "t:z"));
  EXPECT_THAT(parts("<a b = c/>d"), ElementsAre("e:<a b = c/>", "t:d"));
  EXPECT_THAT(parts("<a b/c>d"), ElementsAre("o:<a b/c>", "t:d"));
  EXPECT_THAT(parts("</a b=\">\">d"), ElementsAre("c:</a b=\">\">", "t:d"));
}

TEST(MarkupScanner, TakesWhatIsNoMarkupForText) {
  EXPECT_THAT(parts("1 < 2 <b"), ElementsAre("t:1 < 2 <b"));
  EXPECT_THAT(parts("<3 <a href=\"x"), ElementsAre("t:<3 <a href=\"x"));
  EXPECT_THAT(parts("< b> <> </> <!> <!1>"), ElementsAre("t:< b> <> </> <!> <!1>"));
  EXPECT_THAT(parts("<ä>"), ElementsAre("t:<ä>"));
  EXPECT_THAT(parts("<ä>", Markup::xml), ElementsAre("o:<ä>"));
}

TEST(MarkupScanner, LooksIntoNothingOpaque) {
  EXPECT_THAT(parts("a<!-- <b> -->c"), ElementsAre("t:a", "O:<!-- <b> -->", "t:c"));
  EXPECT_THAT(parts("<![CDATA[ <b> ]]>c"), ElementsAre("O:<![CDATA[ <b> ]]>", "t:c"));
  EXPECT_THAT(parts("<!DOCTYPE html>c<?php x ?>"), ElementsAre("O:<!DOCTYPE html>", "t:c", "O:<?php x ?>"));
  EXPECT_THAT(parts("<?a > ?>b", Markup::xml), ElementsAre("O:<?a > ?>", "t:b"));
  EXPECT_THAT(parts("<Script>if (a<b) </scripts></SCRIPT >c"),
              ElementsAre("O:<Script>if (a<b) </scripts></SCRIPT >", "t:c"));
  EXPECT_THAT(parts("a<!-- b"), ElementsAre("t:a", "O:<!-- b"));
  EXPECT_THAT(parts("<style>b"), ElementsAre("O:<style>b"));
}

TEST(MarkupScanner, SeesWhatIsNotToBeTranslated) {
  EXPECT_THAT(parts("<code>"), ElementsAre("o!<code>"));
  EXPECT_THAT(parts("<code>", Markup::xml), ElementsAre("o:<code>"));
  EXPECT_THAT(parts("<p TRANSLATE='no'>"), ElementsAre("o!<p TRANSLATE='no'>"));
  EXPECT_THAT(parts("<p translate=yes>"), ElementsAre("o:<p translate=yes>"));
  EXPECT_THAT(parts("<p class='a notranslate'>"), ElementsAre("o!<p class='a notranslate'>"));
  EXPECT_THAT(parts("<p class='notranslate-x'>"), ElementsAre("o:<p class='notranslate-x'>"));
  EXPECT_THAT(parts("<p title='translate=\"no\"'>"), ElementsAre("o:<p title='translate=\"no\"'>"));
  EXPECT_THAT(parts("<p its:translate=no>", Markup::xml), ElementsAre("o!<p its:translate=no>"));
}

// Otherwise this takes minutes.
TEST(MarkupScanner, IsNotHeldUpByTagsWithoutEnds) {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "<a b=1 ";
  text += "c=\">";
  EXPECT_EQ(scan_markup(text, Markup::html).size(), 1u);
}

}  // namespace
}  // namespace dragoman
