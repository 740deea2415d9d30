#include "decoding/markup/marked_translation.h"

#include "tests/decoding/markup/copying_translation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

// Translates by copying, or from the last word to the first; its outputs beside the best have a mark and a lower score.
struct CopyingTranslator {
  bool reversed = false;
  std::size_t outputs = 1;
  std::string spoils = {};  // what it cannot copy
  std::vector<std::vector<std::string>> seen = {};
  std::vector<bool> linked = {};

  std::vector<Translation> operator()(std::span<const TextOfLine> texts) {
    seen.emplace_back();
    std::vector<Translation> translations;
    for (const TextOfLine& one : texts) {
      seen.back().push_back(one.text);
      linked.push_back(one.linked);
      LinkedText copy = copied(one.text, reversed);
      if (const std::size_t at = copy.text.find(spoils); !spoils.empty() && at != std::string::npos)
        copy.text[at] = '#';
      Translation& translation = translations.emplace_back();
      for (std::size_t n = 0; n < outputs; ++n) {
        Translation::Output& output = translation.outputs.emplace_back();
        output.text = copy.text + std::string(n, '!');
        output.links = copy.links;
        output.score = -1.0 - static_cast<double>(n * one.text.size());
        output.log_prob = 2 * output.score;
        output.tokens.resize(2);
        output.alignment = {{0, 1}};
      }
      translation.between = "<" + one.text + ">";
      translation.terms.resize(1);
      translation.terms_found = {copy.text.find('#') == std::string::npos};
      translation.terms.resize(1);
      translation.terms_found = {copy.text.find('#') == std::string::npos};
      translation.unknown_characters = 1;
    }
    return translations;
  }
};

std::vector<std::string> texts_of(const Translation& translation) {
  std::vector<std::string> texts;
  for (const Translation::Output& output : translation.outputs) texts.push_back(output.text);
  return texts;
}

TEST(MarkedTranslation, GivesALineForALine) {
  CopyingTranslator translator{true};
  const std::vector<std::string> lines = {"<p>a <b>b</b></p> <p>c</p>", "", "  ", "<br>", "d e"};
  const auto translations = translate_marked(lines, {Markup::html}, {}, std::ref(translator));
  ASSERT_EQ(translations.size(), 5u);
  EXPECT_EQ(translations[0].outputs[0].text, "<p><b>b</b> a</p> <p>c</p>");
  EXPECT_EQ(translations[1].outputs[0].text, "");
  EXPECT_EQ(translations[2].outputs[0].text, "  ");
  EXPECT_EQ(translations[3].outputs[0].text, "<br>");
  EXPECT_EQ(translations[4].outputs[0].text, "e d");
  EXPECT_THAT(translator.seen, ElementsAre(ElementsAre("a b", "c", "d e")));
  EXPECT_THAT(translator.linked, ElementsAre(true, false, false));
}

TEST(MarkedTranslation, HasWhatItsBlocksHave) {
  CopyingTranslator translator;
  const std::vector<std::string> lines = {"a b<br>c d e<br>f"};
  const Translation line = translate_marked(lines, {Markup::html}, {}, std::ref(translator))[0];
  EXPECT_EQ(line.between, "<a b> <c d e> <f>");
  EXPECT_EQ(line.unknown_characters, 3u);
  EXPECT_EQ(line.outputs[0].tokens.size(), 6u);
  EXPECT_DOUBLE_EQ(line.outputs[0].log_prob, -6);
  EXPECT_DOUBLE_EQ(line.outputs[0].score, -1);  // of six tokens
  EXPECT_EQ(format_pharaoh(line.outputs[0].alignment), "0-1 2-3 5-6");
  JoinRules join;
  join.scores_are_means = true;
  EXPECT_DOUBLE_EQ(translate_marked(lines, {Markup::html}, join, std::ref(translator))[0].outputs[0].score, -1);
}

TEST(MarkedTranslation, CombinesTheBestOfItsBlocks) {
  CopyingTranslator translator{false, 2};
  const std::vector<std::string> lines = {"a<br>bc"};
  JoinRules join;
  join.n_best = 3;
  EXPECT_THAT(texts_of(translate_marked(lines, {Markup::html}, join, std::ref(translator))[0]),
              ElementsAre("a<br>bc", "a!<br>bc", "a<br>bc!"));
  join.drawn = true;
  EXPECT_THAT(texts_of(translate_marked(lines, {Markup::html}, join, std::ref(translator))[0]),
              ElementsAre("a<br>bc", "a!<br>bc!"));
}

TEST(MarkedTranslation, ShowsPlaceholdersUnlessTheyAreNotCopied) {
  const PlaceholderFinder finder;
  CopyingTranslator translator{true, 2, "{1}"};
  const std::vector<std::string> lines = {"%s a", "b {1} {2}", "{1}", "c {0}"};
  translator.reversed = false;
  const auto translations = translate_marked(lines, {Markup::none, &finder}, {}, std::ref(translator));
  EXPECT_EQ(translations[0].outputs[0].text, "%s a");
  EXPECT_EQ(translations[1].outputs[0].text, "b {1} {2}");
  EXPECT_EQ(translations[2].outputs[0].text, "{1}");
  EXPECT_EQ(translations[3].outputs[0].text, "c {0}");
  EXPECT_THAT(translator.seen, ElementsAre(ElementsAre("%s a", "b {1} {2}", "c {0}"), ElementsAre("b")));
  EXPECT_THAT(translations[1].terms_found, ElementsAre(true)) << "in what it is in the end";
}

TEST(MarkedTranslation, CopiesWhatHasNoLetters) {
  CopyingTranslator translator{true};
  const std::vector<std::string> lines = {" 1 2  3", "1 a"};
  const MarkupRules rules{Markup::none, nullptr, {}, true};
  const auto translations = translate_marked(lines, rules, {}, std::ref(translator));
  EXPECT_EQ(translations[0].outputs[0].text, " 1 2  3");
  EXPECT_EQ(translations[1].outputs[0].text, "a 1");
}

}  // namespace
}  // namespace dragoman
