#include "decoding/engine/translator.h"
#include "tests/decoding/aligning_model.h"
#include "tests/decoding/copier.h"
#include "tokenizer/text_units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// A copier whose alignment is that of token to token, and so of word to word.
struct AligningCopier : Copier {
  std::shared_ptr<AligningModel> aligning = std::make_shared<AligningModel>(sample_tokenizer().vocabulary_size());

  AligningCopier() {
    model = aligning;
    model->eval();
    config.decoder_layers = 1;
    options.alignment.emplace();
  }
};

WordLinks diagonal(const std::string& text) {
  WordLinks links;
  for (int i = 0; i < std::ssize(words_of(text)); ++i) links.push_back({i, i});
  return links;
}

TEST(TranslatorAlignment, IsOfWordsWhereAsked) {
  AligningCopier copier;
  copier.options.batch_size = 3;
  const std::vector<std::string> lines = sample_sentences(25);
  const auto translations = copier.translator().translate(lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(translations[i].outputs[0].text, lines[i]);
    EXPECT_EQ(translations[i].outputs[0].alignment, diagonal(lines[i])) << lines[i];
  }
  EXPECT_GT(copier.aligning->decoded(), 0);
}

// Where each side begins with the token of its language, the model copies that, too; but it is no part of the words.
TEST(TranslatorAlignment, LeavesOutWhatStandsBeforeTheTexts) {
  AligningCopier copier;
  copier.config.text_template.source_before = copier.config.text_template.target_before = {TextTemplate::kTargetLang};
  copier.config.text_template.languages = {{"de", sample_tokenizer().special_ids().bos}};
  copier.options.languages.target = "de";
  const std::vector<std::string> lines = sample_sentences(12);
  const auto translations = copier.translator().translate(lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(translations[i].outputs[0].text, lines[i]);
    EXPECT_EQ(translations[i].outputs[0].alignment, diagonal(lines[i])) << lines[i];
  }
}

TEST(TranslatorAlignment, TakesNoStepMoreWhereNotAskedFor) {
  AligningCopier copier;
  copier.options.alignment.reset();
  const auto translations = copier.translator().translate(sample_sentences(5));
  EXPECT_THAT(translations[0].outputs[0].alignment, IsEmpty());
  EXPECT_EQ(copier.aligning->decoded(), 0);
}

TEST(TranslatorAlignment, OfPartsIsThatOfTheLine) {
  AligningCopier copier;
  copier.options.max_source_length = 12;
  const std::vector<std::string> lines = sample_sentences(30);
  std::vector<std::string> joined{lines[17] + " " + lines[19] + " " + lines[18], lines[0]};
  for (const std::string& line : lines) joined[1] += " " + line;
  const auto translations = copier.translator().translate(joined);
  for (std::size_t i = 0; i < joined.size(); ++i) {
    ASSERT_EQ(translations[i].outputs[0].text, joined[i]);
    EXPECT_EQ(translations[i].outputs[0].alignment, diagonal(joined[i]));
  }
}

TEST(TranslatorAlignment, IsThereForEveryOneOfTheBest) {
  AligningCopier copier;
  copier.options.search.n_best = 3;
  const std::vector<std::string> lines{"the old dog", "  ", "a small cat"};
  const auto translations = copier.translator().translate(lines);
  for (const std::size_t i : {0, 2}) {
    ASSERT_THAT(translations[i].outputs, SizeIs(3));
    // What an output has beyond the source's three words looks at nothing.
    for (const Translation::Output& output : translations[i].outputs)
      EXPECT_EQ(format_pharaoh(output.alignment), "0-0 1-1 2-2") << output.text;
  }
  EXPECT_THAT(translations[1].outputs[0].alignment, IsEmpty());
}

TEST(TranslatorAlignment, OfTextIsOfUnitsWhereAsked) {
  AligningCopier copier;
  copier.options.max_source_length = 6;
  copier.options.word_links = false;
  const std::vector<std::string> lines{"the old dog", "a small cat number 3. the old dog", "the old dog"};
  std::vector<SourceLine> asked;
  for (const std::string& line : lines) asked.push_back({.text = line, .linked = asked.size() == 1});
  LineReport report({});
  const auto translations = copier.translator().translate(asked, report);
  EXPECT_THAT(translations[0].outputs[0].links, IsEmpty());
  EXPECT_THAT(translations[1].outputs[0].alignment, IsEmpty());
  const std::string& text = translations[1].outputs[0].text;
  ASSERT_EQ(text, lines[1]);
  std::vector<TextLink> same;
  for (const TextUnit& unit : units_of(text)) same.push_back({unit.range, unit.range});
  EXPECT_EQ(translations[1].outputs[0].links, same);
}

TEST(TranslatorAlignment, IsOfWhatIsChosenAlone) {
  AligningCopier copier;
  copier.options.search.n_best = 3;
  copier.options.batch_size = 1;  // so that each alignment is a call
  copier.options.split_sentences = SentenceSplitting::on;
  const std::vector<std::string> lines{"the old dog", "", "A small cat sleeps. The old dog sleeps."};
  std::vector<std::string> chosen;
  const OutputChoice last = [&](std::span<const std::string> texts, std::span<Translation> translations) {
    EXPECT_THAT(texts, SizeIs(3));
    for (Translation& translation : translations) {
      translation.outputs = {translation.outputs.back()};
      chosen.push_back(translation.outputs.front().text);
    }
  };
  LineReport report({});
  std::vector<SourceLine> plain;
  for (const std::string& line : lines) plain.push_back({line, 1});
  const auto translations = copier.translator().translate(plain, report, {}, last);
  EXPECT_EQ(copier.aligning->decoded(), 3) << "one sentence, and two";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_THAT(translations[i].outputs, SizeIs(1));
    EXPECT_EQ(translations[i].outputs[0].text, chosen[i]);
  }
  EXPECT_EQ(format_pharaoh(translations[0].outputs[0].alignment), "0-0 1-1 2-2");
  EXPECT_EQ(translations[2].outputs[0].alignment.size(), 8u);
}

TEST(TranslatorAlignment, TheLayerThatAlignsMustBeThere) {
  AligningCopier copier;
  copier.options.alignment->layer = 1;
  EXPECT_THROW(copier.translator(), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
