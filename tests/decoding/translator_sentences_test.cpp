#include "decoding/engine/translator.h"
#include "tests/decoding/aligning_model.h"
#include "tests/decoding/copier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string kLine = "the dog waits. 317.  288";

Copier splitting_copier() {
  Copier copier;
  copier.options.split_sentences = SentenceSplitting::on;
  return copier;
}

Translation::Output best(const Translator& translator, const std::string& line) {
  const std::vector<std::string> lines{line};
  return translator.translate(lines)[0].outputs.at(0);
}

TEST(TranslatorSentences, AreTranslatedOneByOneAndJoinedAsTheyStood) {
  const Copier copier = splitting_copier();
  const Translation::Output output = best(copier.translator(), kLine);
  EXPECT_EQ(output.text, kLine);
  EXPECT_EQ(copier.model->sentences(), 3);
  EXPECT_LE(copier.model->longest(), 16);
}

TEST(TranslatorSentences, ALineOfOneIsTranslatedAsEver) {
  const Copier splitting = splitting_copier(), whole;
  std::vector<std::string> lines = sample_sentences(50);
  const auto found = splitting.translator().translate(lines), expected = whole.translator().translate(lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(found[i].outputs[0].text, expected[i].outputs[0].text);
    EXPECT_EQ(found[i].outputs[0].score, expected[i].outputs[0].score);
  }
  EXPECT_EQ(splitting.model->sentences(), whole.model->sentences());
}

TEST(TranslatorSentences, TokensAndLogProbabilitiesAreThoseOfAll) {
  const Copier copier = splitting_copier();
  const Translator translator = copier.translator();
  const Translation::Output whole = best(translator, kLine);
  double log_prob = 0;
  std::size_t tokens = 0;
  for (const char* sentence : {"the dog waits.", "317.", "288"}) {
    const Translation::Output output = best(translator, sentence);
    log_prob += output.log_prob;
    for (const auto& token : output.tokens) {
      ASSERT_LT(tokens, whole.tokens.size());
      EXPECT_EQ(whole.tokens[tokens].id, token.id);
      EXPECT_EQ(whole.tokens[tokens++].log_prob, token.log_prob);
    }
  }
  EXPECT_EQ(whole.tokens.size(), tokens) << "the end of each sentence is among them";
  EXPECT_NEAR(whole.log_prob, log_prob, 1e-9);
  EXPECT_NEAR(whole.score, log_prob / static_cast<double>(tokens), 1e-9);
  EXPECT_TRUE(whole.complete);
}

TEST(TranslatorSentences, NBestChangesWhereItCostsLeast) {
  Copier copier = splitting_copier();
  copier.options.search.n_best = 4;
  const Translator translator = copier.translator();
  const std::vector<std::string> lines{kLine, "the dog waits.", "317.", "288"};
  const auto found = translator.translate(lines);
  ASSERT_THAT(found[0].outputs, SizeIs(4));
  EXPECT_EQ(found[0].outputs[0].text, kLine);
  double least = 1e9;
  std::string changed;
  for (std::size_t part = 1; part < 4; ++part) {
    const auto& outputs = found[part].outputs;
    if (outputs[0].score - outputs[1].score >= least) continue;
    least = outputs[0].score - outputs[1].score;
    std::string texts[] = {found[1].outputs[0].text, found[2].outputs[0].text, found[3].outputs[0].text};
    texts[part - 1] = outputs[1].text;
    changed = texts[0] + " " + texts[1] + "  " + texts[2];
  }
  EXPECT_EQ(found[0].outputs[1].text, changed);
}

TEST(TranslatorSentences, AlignmentsAreThoseOfTheLine) {
  Copier copier = splitting_copier();
  const auto aligning = std::make_shared<AligningModel>(sample_tokenizer().vocabulary_size());
  aligning->eval();
  copier.model = aligning;
  copier.config.decoder_layers = 1;
  copier.options.alignment.emplace();
  copier.options.max_source_length = 12;  // so that a sentence is cut, too
  const std::string line = "  the dog waits. 317 288 399 300 301 302. 288";
  const Translation::Output output = best(copier.translator(), line);
  EXPECT_EQ(output.text, line.substr(2));
  WordLinks diagonal;
  for (int i = 0; i < std::ssize(words_of(line)); ++i) diagonal.push_back({i, i});
  EXPECT_EQ(output.alignment, diagonal);
}

TEST(TranslatorSentences, FollowTheModelsTraining) {
  Copier copier;
  EXPECT_EQ(best(copier.translator(), kLine).tokens.size() + 2,
            best(splitting_copier().translator(), kLine).tokens.size());
  copier.config.trained_on.one_sentence_share = 0.99;
  const std::int64_t before = copier.model->sentences();
  best(copier.translator(), kLine);
  EXPECT_EQ(copier.model->sentences() - before, 3);
}

TEST(TranslatorSentences, LongerOnesThanTheModelKnowsAreReported) {
  Copier copier = splitting_copier();
  copier.config.trained_on.source_length_p999 = static_cast<int>(sample_tokenizer().encode("the dog waits.").size());
  std::vector<std::string> notices;
  const std::vector<std::string> lines{"the dog waits. 317.", "", "the old dog waits in my town"};
  copier.translator().translate(lines, 1, [&](const std::string& text) { notices.push_back(text); });
  EXPECT_THAT(notices, ElementsAre(StartsWith("line 3: a sentence is longer than 99.9 %")));
}

TEST(TranslatorSentences, WhatTheVocabularyLacksIsReported) {
  const Copier copier;
  std::vector<std::string> notices;
  const std::vector<std::string> lines{"the dog", "日本語", "a cat Ж", ""};
  const auto found = copier.translator().translate(lines, 1, [&](const std::string& text) { notices.push_back(text); });
  EXPECT_THAT(notices, ElementsAre("2 lines have characters that the model does not know, 4 in all, 1 nothing else: "
                                   "lines 2, 3"));
  EXPECT_EQ(found[0].unknown_characters, 0u);
  EXPECT_EQ(found[1].unknown_characters, 3u);
  EXPECT_EQ(found[2].unknown_characters, 1u);
}

TEST(TranslatorSentences, WhatShowsNothingNeverReachesTheModel) {
  const Copier copier = splitting_copier();
  const std::vector<std::string> lines{"\u00ad\u00ad", "\u200b\u200d", "\ufe0f", "\u200e \u2066", "\ufeff"};
  for (const Translation& translation : copier.translator().translate(lines))
    EXPECT_EQ(translation.outputs[0].text, "");
  EXPECT_EQ(copier.model->sentences(), 0);
}

}  // namespace
}  // namespace dragoman
