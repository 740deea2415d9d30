#include "model/text_frame.h"

#include "tests/model/tiny_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

// Between three languages, as NLLB.
ModelConfig multilingual() {
  ModelConfig config = tiny_config();
  TextTemplate& form = config.text_template;
  form.source_before = {TextTemplate::kSourceLang};
  form.target_before = {TextTemplate::kTargetLang};
  form.languages = {{"eng_Latn", 20}, {"deu_Latn", 21}, {"fra_Latn", 22}};
  config.validate();
  return config;
}

TEST(TextFrame, OfAModelWithOnePairIsStartAndEnd) {
  const ModelConfig config = tiny_config();
  const TextFrame frame = text_frame(config);
  EXPECT_THAT(frame.source_before, IsEmpty());
  EXPECT_THAT(frame.source_behind, ElementsAre(config.special_ids.eos));
  EXPECT_THAT(frame.target_before, ElementsAre(config.start_token));
  EXPECT_EQ(frame.end, config.special_ids.eos);
  EXPECT_EQ(frame.pad, config.special_ids.pad);
}

TEST(TextFrame, HasTheTokensOfTheLanguages) {
  ModelConfig config = multilingual();
  const TextFrame frame = text_frame(config, {"en", "fra_Latn"});
  EXPECT_THAT(frame.source_before, ElementsAre(20));
  EXPECT_THAT(frame.source_behind, ElementsAre(config.special_ids.eos));
  EXPECT_THAT(frame.target_before, ElementsAre(config.start_token, 22));
  config.text_template.source_before = {7, TextTemplate::kTargetLang};
  config.text_template.source_behind = {TextTemplate::kEnd, TextTemplate::kSourceLang};
  const TextFrame other = text_frame(config, {"en", "de"});
  EXPECT_THAT(other.source_before, ElementsAre(7, 21));
  EXPECT_THAT(other.source_behind, ElementsAre(config.special_ids.eos, 20));
  EXPECT_EQ(other.around_source(), 4u);
}

TEST(TextFrame, TakesTheLanguagesThatTheModelWasTrainedOn) {
  ModelConfig config = multilingual();
  config.trained_on.source_lang = "de";
  config.trained_on.target_lang = "en";
  EXPECT_THAT(text_frame(config).source_before, ElementsAre(21));
  EXPECT_THAT(text_frame(config, {std::nullopt, "fr"}).target_before, ElementsAre(config.start_token, 22));
  config.trained_on.source_lang = "hsb";
  EXPECT_THROW(text_frame(config), std::invalid_argument);
}

TEST(TextFrame, SaysWhichLanguagesThereAre) {
  const ModelConfig config = multilingual();
  const auto frame = [&](const LanguagePair& languages) { return [&] { text_frame(config, languages); }; };
  EXPECT_THAT(frame({}), ThrowsMessage<std::invalid_argument>(HasSubstr(
                             "add --source-lang CODE and --target-lang CODE, of eng_Latn deu_Latn fra_Latn")));
  EXPECT_THAT(frame({"de", std::nullopt}),
              ThrowsMessage<std::invalid_argument>(HasSubstr("add --target-lang CODE, of")));
  EXPECT_THAT(frame({"de", "es"}), ThrowsMessage<std::invalid_argument>(
                                       HasSubstr("does not know --target-lang es; it knows eng_Latn deu_Latn")));
}

TEST(TextFrame, LeavesOutALanguageThatLinesMaySay) {
  ModelConfig config = multilingual();
  config.text_template.languages_optional = true;
  config.trained_on.source_lang = config.trained_on.target_lang = "de";
  EXPECT_THAT(text_frame(config).source_before, IsEmpty());
  EXPECT_THAT(text_frame(config).target_before, ElementsAre(config.start_token));
  EXPECT_THAT(text_frame(config, {"en", "de"}).source_before, ElementsAre(20));
  // With what stands beside it, but for an end.
  config.text_template.source_before = {30, TextTemplate::kSourceLang};
  config.text_template.source_behind = {TextTemplate::kTargetLang, 31, TextTemplate::kEnd};
  EXPECT_THAT(text_frame(config, {"en", "de"}).source_before, ElementsAre(30, 20));
  EXPECT_THAT(text_frame(config, {"en", "de"}).source_behind, ElementsAre(21, 31, config.special_ids.eos));
  EXPECT_THAT(text_frame(config).source_before, IsEmpty());
  EXPECT_THAT(text_frame(config).source_behind, ElementsAre(config.special_ids.eos));
}

TEST(TextFrame, OfAModelWithOnePairRefusesAnother) {
  ModelConfig config = tiny_config();
  EXPECT_NO_THROW(text_frame(config, {"en", "de"}));
  config.trained_on.source_lang = "en";
  config.trained_on.target_lang = "de";
  EXPECT_NO_THROW(text_frame(config, {"EN", "de"}));
  EXPECT_THAT(
      [&] {
        text_frame(config, {"en", "fr"});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("--target-lang is fr, but the model has learned")));
}

TEST(TextTemplate, MustBeOfTheVocabularies) {
  ModelConfig config = multilingual();
  config.text_template.source_before = {30};
  EXPECT_THROW(config.validate(), std::invalid_argument);
  config = multilingual();
  config.text_template.target_before = {-4};
  EXPECT_THROW(config.validate(), std::invalid_argument);
  config = multilingual();
  config.text_template.languages[1].token = 30;
  EXPECT_THROW(config.validate(), std::invalid_argument);
  config = multilingual();
  config.text_template.languages.clear();
  EXPECT_THROW(config.validate(), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
