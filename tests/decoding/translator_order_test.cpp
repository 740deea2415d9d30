// Translators whose model makes translations from their last token to the first.
#include "decoding/engine/translator.h"
#include "decoding/scoring/quality.h"
#include "tests/decoding/aligning_model.h"
#include "tests/decoding/transformer_translator.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

Tokenizers last_first(const Tokenizer& tokenizer) {
  return {tokenizer, tokenizer.in_order(TokenOrder::right_to_left)};
}

ModelConfig config_of(const Tokenizer& tokenizer) {
  ModelConfig config = small_config();
  config.target_order = TokenOrder::right_to_left;
  config.source_vocabulary = config.target_vocabulary = tokenizer.vocabulary_size();
  config.special_ids = tokenizer.special_ids();
  config.start_token = config.special_ids.start();
  return config;
}

// Copies the tokens of its source, each a word, so that its translations have the words the other way round.
Translator word_copier(const TranslatorOptions& options) {
  const Tokenizer words = Tokenizer::from_bytes("<unk>\n<pad>\n</s>\nthe\nold\ndog\nsees\na\ncat.\nWe\n", "words");
  const auto model = std::make_shared<AligningModel>(words.vocabulary_size());
  model->eval();
  ModelConfig config = config_of(words);
  config.decoder_layers = 1;
  return {engine_of(model, config, 1, last_first(words)), options};
}

// A small Transformer with random weights, which has clear preferences.
Translator backward_transformer(const TranslatorOptions& options) {
  const ModelConfig config = config_of(sample_tokenizer());
  const std::shared_ptr<Seq2SeqModel> model = create_model(config, 11);
  const at::NoGradGuard no_grad;
  for (at::Tensor& parameter : model->parameters()) {
    if (parameter.dim() > 1) parameter.mul_(2.0);
  }
  prepare_for_inference(*model);
  return {engine_of(model, config, 1, last_first(sample_tokenizer())), options};
}

Translation translated(const Translator& translator, const SourceLine& line) {
  LineReport report({});
  return translator.translate(std::vector{line}, report).front();
}

TEST(TranslatorOrder, TheLastTokenComesFirst) {
  const Translation found = translated(word_copier({}), {"the old dog sees"});
  EXPECT_EQ(found.outputs.front().text, "sees dog old the");
  EXPECT_THAT(ids_of(found.outputs.front()), ElementsAre(3, 4, 5, 6));
}

TEST(TranslatorOrder, WordsAreAlignedAndJudgedInTheOrderOfTheText) {
  TranslatorOptions options;
  options.alignment.emplace();
  const Translator translator = word_copier(options);
  const Translation::Output found = translated(translator, {"the old dog"}).outputs.front();
  EXPECT_EQ(found.alignment, (WordLinks{{2, 0}, {1, 1}, {0, 2}}));
  const std::vector<ProbableWord> words = words_of(found, translator.target_tokenizer());
  ASSERT_EQ(words.size(), 3u);
  EXPECT_EQ(words.front().text, "dog");
  EXPECT_DOUBLE_EQ(words.front().log_prob, found.tokens[2].log_prob);
  EXPECT_DOUBLE_EQ(words.back().log_prob, found.tokens[0].log_prob);
}

TEST(TranslatorOrder, SentencesOfALineStayInTheirs) {
  TranslatorOptions options;
  options.split_sentences = SentenceSplitting::on;
  const Translator translator = word_copier(options);
  const Translation::Output found = translated(translator, {"We sees a cat. We sees the dog"}).outputs.front();
  EXPECT_EQ(found.text, "cat. a sees We dog the sees We");
  std::vector<std::string> words;
  for (const ProbableWord& word : words_of(found, translator.target_tokenizer())) words.push_back(word.text);
  EXPECT_THAT(words, ElementsAre("cat.", "a", "sees", "We", "dog", "the", "sees", "We"));
}

TEST(TranslatorOrder, WordsOfSentencesThatWereCutStayInTheirs) {
  TranslatorOptions options;
  options.split_sentences = SentenceSplitting::on;
  options.search.max_length = 3;
  const Translator translator = word_copier(options);
  const Translation::Output found = translated(translator, {"We sees a cat. We sees the dog"}).outputs.front();
  EXPECT_FALSE(found.complete);
  std::string words;
  for (const ProbableWord& word : words_of(found, translator.target_tokenizer()))
    words += (words.empty() ? "" : " ") + word.text;
  EXPECT_EQ(words, found.text);
}

TEST(TranslatorOrder, TermsComeAsTheyAreRead) {
  TranslatorOptions options;
  options.search.max_length_extra = 10;
  options.glossary = std::make_shared<const Glossary>(
      std::vector<GlossaryTerm>{{"dog", {"river", "green tree"}}, {"sees", {}}, {"old cat", {"two birds"}}});
  const Translator translator = backward_transformer(options);
  for (const char* line : {"the dog sees my old cat.", "two birds and my old cat.", "a dog sings."}) {
    const Translation found = translated(translator, {line});
    EXPECT_THAT(found.terms_found, Not(Contains(false))) << found.outputs.front().text;
  }
  EXPECT_THAT(translated(word_copier(options), {"the old dog", 1, "", {{"old dog", {"a cat."}}}}).outputs.front().text,
              HasSubstr("a cat."));
}

TEST(TranslatorOrder, WhatIsSuppressedIsReadAsItIsWritten) {
  TranslatorOptions options;
  options.suppressed = {"dog old"};
  EXPECT_THAT(translated(word_copier(options), {"the old dog"}).outputs.front().text, Not(HasSubstr("dog old")));
  options.suppressed = {"old dog"};
  EXPECT_EQ(translated(word_copier(options), {"the old dog"}).outputs.front().text, "dog old the");
}

TEST(TranslatorOrder, NothingStandsBeforeATranslationThatBeginsAtItsEnd) {
  const Translator translator = word_copier({});
  EXPECT_THAT(
      [&] {
        translated(translator, {"the dog", 1, "a"});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("they cannot begin with a prefix")));
  EXPECT_EQ(translated(translator, {"the dog", 1, " "}).outputs.front().text, "dog the");
  EXPECT_THROW(translator.check_prefixes(), std::invalid_argument);
  TranslatorOptions options;
  options.alternatives = 2;
  EXPECT_THAT([&] { word_copier(options); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("nor have alternatives behind one")));
}

}  // namespace
}  // namespace dragoman
