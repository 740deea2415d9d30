#include "decoding/markup/marked_text.h"

#include "decoding/markup/block_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> texts(std::string_view text, const MarkupRules& rules, bool shows_kept = true) {
  const MarkedText marked(text, rules);
  std::vector<std::string> found, blocks;
  for (const MarkedBlock& block : marked.blocks()) {
    if (block.translated) found.push_back(lay_out(block, shows_kept).text);
    blocks.push_back(block.bytes());
  }
  EXPECT_EQ(marked.with_blocks(blocks), rules.markup == Markup::none && blocks.empty() ? "" : text);
  return found;
}

std::vector<std::string> html(std::string_view text, bool shows_kept = true) {
  return texts(text, {Markup::html}, shows_kept);
}

TEST(MarkedText, HasNoTags) {
  EXPECT_THAT(html("A <b>small</b> dog<img src=x>."), ElementsAre("A small dog."));
  EXPECT_THAT(html("un<i>believ</i>able"), ElementsAre("unbelievable"));
}

TEST(MarkedText, IsDividedByBlocks) {
  EXPECT_THAT(html("<p>One</p><p>Two</p>"), ElementsAre("One", "Two"));
  EXPECT_THAT(html("<td>1</td> <TD> a </TD>b<br>c"), ElementsAre("1", "a", "b", "c"));
  EXPECT_THAT(texts("<p>One</p><p>Two</p>", {Markup::xml}), ElementsAre("OneTwo"));
  EXPECT_THAT(html("<b>One<p>two</b> three</p>"), ElementsAre("One", "two three"));
}

TEST(MarkedText, HasWhiteSpaceAsHtmlMeansIt) {
  EXPECT_THAT(html(" a\t <b>\n b </b> c\n\n<p> d </p> "), ElementsAre("a b c", "d"));
  EXPECT_THAT(html("<pre>a  b\nc d</pre>e  f"), ElementsAre("a", "b", "c d", "e f"));
  EXPECT_THAT(html("a&nbsp;b &nbsp;"), ElementsAre("a\u00A0b"));
  EXPECT_THAT(html("&nbsp;"), IsEmpty());
  EXPECT_THAT(html(" \t"), IsEmpty());
}

TEST(MarkedText, HasCharactersForReferences) {
  EXPECT_THAT(html("caf&eacute; &amp; &lt;b&gt; &unheard; &co"), ElementsAre("café & <b> &co"));
  EXPECT_THAT(texts("a &amp; b", {}), ElementsAre("a &amp; b"));
}

TEST(MarkedText, ShowsWhatIsNotTranslatedToTheModelOrNot) {
  EXPECT_THAT(html("Type <code>ls  -l</code> here"), ElementsAre("Type ls -l here"));
  EXPECT_THAT(html("Type <code>ls  -l</code> here", false), ElementsAre("Type here"));
  EXPECT_THAT(html("Type <code><b>x</b></code>!", false), ElementsAre("Type!"));
  EXPECT_THAT(html("a <script>b</script> c<!-- d -->"), ElementsAre("a c"));
  EXPECT_THAT(html("a <div translate=no>b <p>c</div> d"), ElementsAre("a", "d"));
  EXPECT_THAT(html("a <span translate=no>b <p>c</p></span> d"), ElementsAre("a", "d"));
  EXPECT_THAT(html("a <code>b c"), ElementsAre("a"));
  EXPECT_THAT(html("<code>b</code>"), IsEmpty());
}

TEST(MarkedText, HidesPlaceholders) {
  const PlaceholderFinder finder;
  MarkupRules rules{Markup::none, &finder};
  EXPECT_THAT(texts("See {0} for %s, {1}", rules), ElementsAre("See {0} for %s, {1}"));
  EXPECT_THAT(texts("See {0} for %s, {1}", rules, false), ElementsAre("See for,"));
  EXPECT_THAT(texts("  a  b {0} ", rules, false), ElementsAre("a  b"));
  EXPECT_THAT(texts("{0} : %s", rules), IsEmpty());
  rules.markup = Markup::html;
  EXPECT_THAT(texts("a <b>http://a.b/?c&amp;d</b>", rules), ElementsAre("a http://a.b/?c&d"));
}

TEST(MarkedText, HidesUnknownCharacters) {
  MarkupRules rules;
  rules.unknown = [](std::string_view text) {
    const std::size_t at = text.find('X');
    return at == std::string_view::npos ? std::vector<TextRange>() : std::vector<TextRange>{{at, at + 1}};
  };
  EXPECT_THAT(texts("aXb c", rules), ElementsAre("ab c"));
  EXPECT_THAT(texts("X.", rules), IsEmpty());
}

TEST(MarkedText, MayLeaveOutWhatHasNoLetters) {
  EXPECT_THAT(texts("12.5 %", {}), ElementsAre("12.5 %"));
  EXPECT_THAT(texts("<td>12.5</td><td>a</td>", {Markup::html, nullptr, {}, true}), ElementsAre("a"));
}

}  // namespace
}  // namespace dragoman
