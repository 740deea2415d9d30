#include "decoding/markup/mark_placer.h"

#include "tests/decoding/markup/copying_translation.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

// `text` translated to these words, of each of which the unit of the source is given that it comes from, or -1.
std::string placed(const std::string& text, const std::vector<std::pair<std::string, int>>& words,
                   const MarkupRules& rules = {Markup::html}, bool shows_kept = true) {
  const MarkedText marked(text, rules);
  const MarkedBlock& block = marked.blocks().at(0);
  const BlockLayout layout = lay_out(block, shows_kept);
  const MarkTree tree = make_mark_tree(block, layout);
  LinkedText translation;
  for (const auto& [word, source] : words) {
    const bool blank = units_of(word).front().is_word;
    if (source < 0)
      translation.text += (translation.text.empty() ? "" : " ") + word;
    else
      translation.add(units_of(layout.text).at(static_cast<std::size_t>(source)).range, word, blank);
  }
  return marked.with_blocks({{place_marks(block, layout, tree, translation.text, translation.links)}});
}

TEST(MarkPlacer, LeavesWhatIsCopiedAsItWas) {
  for (const std::string text :
       {"A <b>small</b> dog.", "<p>A <b>small <i>brown</i> dog</b>, <u>x</u></p>", "(<b>a</b>) <i>\"b\"</i>!",
        "<a href=\"x\">all of it</a>", "a <img src='x'> b", "<img> a <br/> b", "a<img>b c", "a <!-- b --> c",
        "<b><i>a</i></b> <b>b</b>", "<b></b>a b", "a <b></b>b", "a b <b></b>", "<b>a</b>, b", "a</b> c", "c <i> d"}) {
    if (text == "a<img>b c")
      EXPECT_EQ(translated(text, {Markup::html}), "ab<img> c");
    else if (text == "c <i> d")
      EXPECT_EQ(translated(text, {Markup::html}), "c <i>d");
    else
      EXPECT_EQ(translated(text, {Markup::html}), text);
  }
}

TEST(MarkPlacer, PutsElementsAroundTheTranslationOfTheirWords) {
  EXPECT_EQ(placed("A <b>red car</b> stops", {{"Stopp", 3}, {"rotes", 1}, {"Auto", 2}}), "Stopp <b>rotes Auto</b>");
  EXPECT_EQ(placed("<b>a</b> b", {{"B", 1}, {"A", 0}}), "B <b>A</b>");
  EXPECT_EQ(placed("<b>a</b> <i>b</i>", {{"B", 1}, {"A", 0}}), "<i>B</i> <b>A</b>");
  // One link that is wrong does not stretch it.
  EXPECT_EQ(placed("<b>a</b> b c d", {{"A", 0}, {"B", 1}, {"C", 2}, {"D", 3}, {"x", 0}}), "<b>A</b> B C D x");
  EXPECT_EQ(placed("un<b>bear</b>able b", {{"B", 1}, {"A", 0}}), "B <b>A</b>");
}

TEST(MarkPlacer, KeepsTheNestingOfTheSource) {
  EXPECT_EQ(placed("<b>a <i>b</i></b> c", {{"B", 1}, {"C", 2}, {"A", 0}}), "<b><i>B</i> C A</b>");
  EXPECT_EQ(placed("<b><i>a</i> b</b> c", {{"B", 1}, {"C", 2}, {"A", 0}}), "<b>B C <i>A</i></b>");
  EXPECT_EQ(placed("<b>a</b> <i>b c</i>", {{"C", 2}, {"A", 0}, {"B", 1}}), "<i>C</i> <b>A</b> B");
}

TEST(MarkPlacer, PutsPunctuationWhereItWas) {
  EXPECT_EQ(placed("<b>a</b>, b.", {{"A", 0}, {",", 1}, {"B", 2}, {".", 3}}), "<b>A</b>, B.");
  EXPECT_EQ(placed("b <b>a.</b>", {{"B", 0}, {"A", 1}, {".", 2}}), "B <b>A.</b>");
  EXPECT_EQ(placed("b (<b>a</b>)", {{"(", 1}, {"A", 2}, {")", 3}, {"B", 0}}), "( <b>A</b>) B");
}

TEST(MarkPlacer, LosesNothingOfWhatIsNotThere) {
  EXPECT_EQ(placed("a <b>b <i>c</i></b> d", {{"A", 0}, {"D", 3}}), "A <b><i></i></b> D");
  EXPECT_EQ(placed("<b>a</b> b", {{"B", 1}}), "<b></b> B");
  EXPECT_EQ(placed("a <img> b", {{"X", -1}, {"Y", -1}}), "X <img> Y");
}

TEST(MarkPlacer, KeepsTagsWithoutPartnersAtTheirEnd) {
  EXPECT_EQ(placed("a <b>b", {{"B", 1}, {"A", 0}}), "<b>B A");
  EXPECT_EQ(placed("a</b> b", {{"B", 1}, {"A", 0}}), "B A</b>");
  EXPECT_EQ(placed("a <b>b <u>c", {{"C", 2}, {"B", 1}, {"A", 0}}), "<b>C B A <u>");
  EXPECT_EQ(placed("a <b>b <u>c", {{"A", 0}, {"C", 2}, {"B", 1}}), "A <b><u>C B");
  EXPECT_EQ(translated("<b>a<i>b</b>c</i>", {Markup::html}), "<b>abc<i></b></i>");
}

TEST(MarkPlacer, EscapesText) {
  const std::string text = "<b>x</b> &lt;a&gt; &amp; caf&eacute; > b &quot;c&quot; \"d\"";
  EXPECT_EQ(translated(text, {Markup::html}), text);
  EXPECT_EQ(placed("A 10&nbsp;km b", {{"A", 0}, {"10", 1}, {"km", 2}}), "A 10&nbsp;km");
  EXPECT_EQ(translated("AT&T <3 x", {Markup::html}), "AT&amp;T &lt;3 x");
  EXPECT_EQ(translated("AT&T <3 x", {}), "AT&T <3 x");
  EXPECT_EQ(placed("a ]<!-- -->]&gt;", {{"A", 0}, {"]]>", 1}}, {Markup::xml}), "A]]&gt;<!-- -->");
}

TEST(MarkPlacer, PutsPlaceholdersBack) {
  const PlaceholderFinder finder;
  const MarkupRules rules{Markup::none, &finder};
  EXPECT_EQ(placed("see {0} now", {{"Jetzt", 1}, {"sieh", 0}}, rules, false), "Jetzt sieh {0}");
  EXPECT_EQ(placed("{0}: a", {{"A", 1}, {".", -1}}, rules, false), "{0} A .");
  EXPECT_EQ(placed("I love it 😀!", {{"Das", 2}, {"mag", 1}, {"ich", 0}, {"!", 3}}, rules, false), "Das mag ich 😀!");
  for (const std::string text : {"({0} a)", "a {0}, b", "{0} {1} a", "a {0} {1}", "a {0}{1} b", "{0}a b", "a-{0}"}) {
    const MarkedText marked(text, rules);
    const BlockLayout layout = lay_out(marked.blocks().at(0), false);
    const LinkedText same = copied(layout.text);
    const MarkTree tree = make_mark_tree(marked.blocks().at(0), layout);
    EXPECT_EQ(place_marks(marked.blocks().at(0), layout, tree, same.text, same.links), text);
  }
  // Where the model makes them up.
  EXPECT_EQ(placed("see {0} now", {{"Sieh", 0}, {"{0}", -1}, {"{0}", -1}, {"jetzt", 1}}, rules, false),
            "Sieh {0} jetzt");
}

TEST(MarkPlacer, LeavesPlaceholdersWhereTheModelPutThem) {
  const PlaceholderFinder finder;
  const MarkupRules rules{Markup::html, &finder};
  EXPECT_EQ(translated("<b>see {0}</b> &amp; %s", rules), "<b>see {0}</b> &amp; %s");
  EXPECT_EQ(translated("a <code>b &amp; c</code> d", {Markup::html}), "a <code>b &amp; c</code> d");
  // What else stands there as text is not taken for it.
  EXPECT_EQ(translated("a <code>b</code> b", {Markup::html}), "a <code>b</code> b");
}

TEST(MarkPlacer, IsNotStoppedByDepth) {
  std::string begin = "a ", end;
  for (int i = 0; i < 100000; ++i) {
    begin += "<b>";
    end += "</b>";
  }
  const std::string text = begin + "b" + end + " c";
  const std::string placed = translated(text, {Markup::html});
  std::size_t tags = 0;
  for (std::size_t at = placed.find("<b>"); at != std::string::npos; at = placed.find("<b>", at + 1)) ++tags;
  EXPECT_EQ(tags, 100000u);
}

// A page in one line: otherwise these take minutes.
TEST(MarkPlacer, IsNotStoppedByNumbers) {
  const PlaceholderFinder finder;
  std::string elements, placeholders;
  for (int i = 0; i < 30000; ++i) {
    elements += "<b>a" + std::to_string(i) + "</b> ";
    placeholders += "a {" + std::to_string(i) + "} ";
  }
  EXPECT_EQ(translated(elements, {Markup::html}), elements);
  EXPECT_EQ(translated(placeholders, {Markup::html, &finder}), placeholders);
}

TEST(MarkPlacer, NeedsLinksOnlyInside) {
  const auto needs = [](std::string_view text) {
    const MarkedText marked(text, {Markup::html});
    const BlockLayout layout = lay_out(marked.blocks().at(0), true);
    return needs_links(make_mark_tree(marked.blocks().at(0), layout), layout);
  };
  for (const char* text : {"<b>a b</b>", "<p><img> <b><i>a, b</i></b></p><br>", "a b", "a b <img>", "<b> </b>a"})
    EXPECT_FALSE(needs(text)) << text;
  for (const char* text : {"<b>a</b> b", "a <img> b", "<b>a <i>b</i></b>", "a <b></b>b", "a</b> b"})
    EXPECT_TRUE(needs(text)) << text;
}

}  // namespace
}  // namespace dragoman
