#include "app/language_translators.h"

#include "tests/decoding/copier.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

LanguagePair into(const std::string& language) {
  return {std::nullopt, language};
}

TEST(LanguageTranslatorsTest, EachIsMadeOnce) {
  const Translator model = Copier().translator();
  LanguageTranslators translators;
  const auto german = translators.of(model, into("de")), french = translators.of(model, into("fr"));
  EXPECT_EQ(german->options().languages, into("de"));
  EXPECT_EQ(french->options().languages, into("fr"));
  EXPECT_EQ(translators.of(model, into("de")), german);
  EXPECT_EQ(translators.of(model, into("fr")), french);
}

TEST(LanguageTranslatorsTest, WhatIsUsedIsKept) {
  const Translator model = Copier().translator();
  LanguageTranslators translators;
  const auto german = translators.of(model, into("de"));
  for (int other = 0; other < 300; ++other) {
    translators.of(model, into("x" + std::to_string(other)));
    ASSERT_EQ(translators.of(model, into("de")), german);
  }
}

TEST(LanguageTranslatorsTest, ALanguageThatTheModelDoesNotKnowIsRefusedEachTime) {
  Copier copier;
  copier.config.trained_on.target_lang = "de";
  const Translator model = copier.translator();
  LanguageTranslators translators;
  EXPECT_THROW(translators.of(model, into("fr")), std::invalid_argument);
  EXPECT_THROW(translators.of(model, into("fr")), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
