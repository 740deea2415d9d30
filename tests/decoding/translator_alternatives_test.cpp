#include "decoding/engine/translator.h"
#include "tests/decoding/transformer_translator.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

TranslatorOptions alternative_options(int alternatives, int beam_size = 4) {
  TranslatorOptions options;
  options.search.beam_size = beam_size;
  options.search.max_length = 30;
  options.alternatives = alternatives;
  return options;
}

std::vector<Translation> translate_all(const TranslatorOptions& options, const std::vector<SourceLine>& lines) {
  LineReport report({});
  return transformer_translator(options).translate(lines, report);
}

std::vector<Translation::Output> alternatives_of(const TranslatorOptions& options, const SourceLine& line) {
  return translate_all(options, {line}).front().outputs;
}

// The text's first word behind `begin` bytes, with the blanks before it; a sign of punctuation is one.
std::string word_behind(const std::string& text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && text[end] == ' ') ++end;
  const std::size_t first = end;
  while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0) ++end;
  return text.substr(begin, std::max(end, std::min(first + 1, text.size())) - begin);
}

TEST(TranslatorAlternatives, BeginWithThePrefixAndDifferInTheNextWord) {
  for (const std::string prefix : {"", "the", "the old do", "two birds sing in to", "my son "}) {
    const auto outputs = alternatives_of(alternative_options(6), {"the dog sees a cat.", 1, prefix});
    EXPECT_THAT(outputs, SizeIs(6));
    EXPECT_TRUE(std::ranges::is_sorted(outputs, std::ranges::greater(), &Translation::Output::score));
    std::set<std::string> words;
    for (const Translation::Output& output : outputs) {
      const std::string begun = prefix.ends_with(' ') ? prefix.substr(0, prefix.size() - 1) : prefix;
      EXPECT_THAT(output.text, StartsWith(begun));
      EXPECT_TRUE(words.insert(word_behind(output.text, begun.size())).second) << output.text;
    }
  }
}

// With many beams, which find the best: that is one of them, and of the others none is better.
TEST(TranslatorAlternatives, HaveTheBestTranslation) {
  for (const std::string& text : sample_sentences(4)) {
    TranslatorOptions plain = alternative_options(0, 40), options = alternative_options(30, 40);
    plain.search.max_length = options.search.max_length = 14;
    const Translation::Output best = alternatives_of(plain, {text}).front();
    const auto outputs = alternatives_of(options, {text});
    EXPECT_EQ(outputs.front().text, best.text);
    EXPECT_NEAR(outputs.front().score, best.score, 1e-5);
  }
}

// What an alternative has for its word is the best: a search with that word as its prefix finds no better one.
TEST(TranslatorAlternatives, AreTheBestWithTheirWords) {
  const std::string prefix = "the old";
  int compared = 0;
  for (const Translation::Output& output : alternatives_of(alternative_options(3, 30), {"a cat waits.", 1, prefix})) {
    const std::string longer = prefix + word_behind(output.text, prefix.size()) + " ";
    if (!output.text.starts_with(longer)) continue;
    const auto found = alternatives_of(alternative_options(0, 30), {"a cat waits.", 1, longer});
    EXPECT_NEAR(found.front().score, output.score, 1e-5) << output.text << " and " << found.front().text;
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

TEST(TranslatorAlternatives, AreOfTheSentenceInWhichThePrefixEnds) {
  TranslatorOptions options = alternative_options(4);
  options.split_sentences = SentenceSplitting::on;
  const std::string line = "The dog sees. A cat waits. Two birds sing.";
  const auto whole = translate_all(
      [&] {
        TranslatorOptions plain = options;
        plain.alternatives = 0;
        return plain;
      }(),
      {{line}, {"Two birds sing."}});
  const auto outputs = alternatives_of(options, {line, 1, "two birds sing. 12 bi"});
  ASSERT_THAT(outputs, SizeIs(4));
  std::set<std::string> texts;
  for (const Translation::Output& output : outputs) {
    EXPECT_THAT(output.text, StartsWith("two birds sing. 12 bi"));
    EXPECT_THAT(output.text, EndsWith(whole[1].outputs.front().text)) << "the other sentence is as ever";
    EXPECT_THAT(output.parts, SizeIs(3));
    texts.insert(output.text);
  }
  EXPECT_THAT(texts, SizeIs(4));
  EXPECT_THAT(alternatives_of(options, {line}), SizeIs(4));
}

TEST(TranslatorAlternatives, BehindAWholeSentenceAreTheFirstWordsOfTheNext) {
  TranslatorOptions options = alternative_options(4);
  options.split_sentences = SentenceSplitting::on;
  const std::string prefix = "two birds sing. ";
  const auto outputs = alternatives_of(options, {"The dog sees. A cat waits. Two birds sing.", 1, prefix});
  const auto second = alternatives_of(options, {"A cat waits."});
  ASSERT_THAT(outputs, SizeIs(4));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    EXPECT_THAT(outputs[i].text, StartsWith(prefix + second[i].text + " "));
}

TEST(TranslatorAlternatives, LinesDoNotDependOnEachOther) {
  std::vector<SourceLine> lines;
  for (const std::string& text : sample_sentences(12)) {
    lines.push_back({text, std::ssize(lines) + 1});
    if (lines.size() % 3 == 1) lines.back().prefix = "the old tr";
    lines.back().has_alternatives = lines.size() % 4 != 0;
  }
  const TranslatorOptions options = alternative_options(3);
  std::vector<Translation> alone;
  for (const SourceLine& line : lines) alone.push_back(translate_all(options, {line}).front());
  expect_same(translate_all(options, lines), alone, "together and alone");
  EXPECT_THAT(alone[0].outputs, SizeIs(3));
  EXPECT_THAT(alone[3].outputs, SizeIs(1));
}

TEST(TranslatorAlternatives, HaveTheTermsOfTheLine) {
  const auto found = translate_all(alternative_options(3), {{"the dog sees.", 1, "my", {{"dog", {"river"}}}}}).front();
  ASSERT_THAT(found.outputs, SizeIs(3));
  for (const Translation::Output& output : found.outputs) {
    EXPECT_THAT(output.text, StartsWith("my"));
    EXPECT_THAT(output.text, HasSubstr("river"));
  }
}

TEST(TranslatorAlternatives, AreFewerWhereThereAreNotAsMany) {
  TranslatorOptions options = alternative_options(4);
  options.search.max_length = 2;
  EXPECT_THAT(alternatives_of(options, {"the dog.", 1, "my son sees"}), SizeIs(1)) << "the prefix is all that fits";
  EXPECT_THAT(alternatives_of(options, {" "}), SizeIs(1));
}

TEST(TranslatorAlternatives, RefuseWhatFindsOthers) {
  const auto refused = [](const std::string& name, const auto& change) {
    TranslatorOptions options = alternative_options(3);
    change(options);
    EXPECT_THAT([&] { options.validate(); }, ThrowsMessage<std::invalid_argument>(HasSubstr(name)));
  };
  refused("--n-best", [](TranslatorOptions& options) { options.search.n_best = 2; });
  refused("--temperature", [](TranslatorOptions& options) { options.sampling.emplace(); });
  refused("--diverse-groups", [](TranslatorOptions& options) { options.diversity.groups = 2; });
  refused("--prefix-bonus", [](TranslatorOptions& options) { options.rules.prefix = 1; });
  refused("--alternatives", [](TranslatorOptions& options) { options.alternatives = 101; });
}

}  // namespace
}  // namespace dragoman
