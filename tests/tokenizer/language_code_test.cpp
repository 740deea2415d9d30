#include "tokenizer/language_code.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

TEST(LanguageCode, IsWrittenInOneWay) {
  EXPECT_EQ(language_code("en"), "en");
  EXPECT_EQ(language_code("DE"), "de");
  EXPECT_EQ(language_code("pt_br"), "pt-BR");
  EXPECT_EQ(language_code("zh-hans"), "zh-Hans");
  EXPECT_EQ(language_code("zh_Hant_TW"), "zh-Hant-TW");
  EXPECT_EQ(language_code("hsb"), "hsb");
}

TEST(LanguageCode, OtherWordsAreRefused) {
  for (const std::string text :
       {"", "e", "english", "en-", "-en", "en us", "en--US", "d3", "xx", "eng lish", "de\n", "日本", "en.UTF-8"}) {
    EXPECT_THROW(language_code(text), std::invalid_argument) << text;
  }
  EXPECT_THROW(language_code("en-" + std::string(300, 'a')), std::invalid_argument);
}

std::string named(const std::vector<std::string>& codes, const std::string& name) {
  const auto found = language_named(codes, name);
  return found ? codes[*found] : "";
}

TEST(LanguageNamed, IsFoundAsTheModelSpellsItOrByItsCode) {
  const std::vector<std::string> nllb = {"arb_Arab", "deu_Latn", "eng_Latn", "srp_Cyrl", "zho_Hans", "zho_Hant"};
  for (const std::string name : {"deu_Latn", "DEU-latn", "deu", "de", "de-Latn", "de-DE"})
    EXPECT_EQ(named(nllb, name), "deu_Latn") << name;
  EXPECT_EQ(named(nllb, "zh-Hant"), "zho_Hant");
  EXPECT_EQ(named(nllb, "zh-TW"), "zho_Hant");
  EXPECT_EQ(named(nllb, "sr"), "srp_Cyrl");
  EXPECT_EQ(named(nllb, "ar"), "arb_Arab") << "an individual language of Arabic";
  const std::vector<std::string> mbart = {"de_DE", "en_XX", "pt_XX", "zh_CN"};
  EXPECT_EQ(named(mbart, "de"), "de_DE");
  EXPECT_EQ(named(mbart, "en"), "en_XX");
  EXPECT_EQ(named(mbart, "zh-Hans"), "zh_CN");
  EXPECT_EQ(named({"de", "en"}, "eng"), "en");
}

TEST(LanguageAlone, IsWithoutScriptAndRegion) {
  for (const std::string code : {"de", "deu", "deu_Latn", "de_DE", "de-AT"}) EXPECT_EQ(language_alone(code), "de");
  EXPECT_EQ(language_alone("ceb_Latn"), "ceb");
  EXPECT_EQ(language_alone(""), "");
}

TEST(LanguageScript, IsTheUsualOneWhereNoneIsSaid) {
  for (const std::string code : {"zh_TW", "zho_Hant", "zh-Hant"}) EXPECT_EQ(language_script(code), "Hant") << code;
  EXPECT_EQ(language_script("zh"), "Hans");
  EXPECT_EQ(language_script("ru"), "Cyrl");
  EXPECT_EQ(language_script("sr-Latn"), "Latn");
  EXPECT_EQ(language_script(""), "");
}

TEST(LanguageName, IsEnglish) {
  for (const std::string code : {"de", "deu", "deu_Latn", "DE"}) EXPECT_EQ(language_name(code), "German") << code;
  for (const std::string code : {"en", "eng_Latn", "en_XX"}) EXPECT_EQ(language_name(code), "English") << code;
  EXPECT_EQ(language_name("pt-BR"), "Portuguese (Brazil)");
  EXPECT_EQ(language_name("ceb"), "Cebuano");
}

TEST(LanguageName, HasTheScriptOfLanguagesWithSeveral) {
  EXPECT_EQ(language_name("zh"), "Chinese");
  for (const std::string code : {"zh-Hans", "zho_Hans", "zh_CN"})
    EXPECT_EQ(language_name(code), "Chinese (Simplified)") << code;
  EXPECT_EQ(language_name("zh-Hant"), "Chinese (Traditional)");
  EXPECT_EQ(language_name("srp_Cyrl"), "Serbian (Cyrillic)");
}

TEST(LanguageName, IsTheCodeWhereThereIsNone) {
  for (const std::string code : {"", "qqq"}) EXPECT_EQ(language_name(code), code);
}

TEST(LanguageNamed, IsNotAnotherLanguageScriptOrRegion) {
  const std::vector<std::string> codes = {"deu_Latn", "srp_Cyrl", "zho_Hans"};
  for (const std::string name : {"nl", "sr-Latn", "zh-TW", "", "german", "\xff"})
    EXPECT_EQ(named(codes, name), "") << name;
}

TEST(LanguageNamed, IsRefusedIfItCouldBeSeveral) {
  EXPECT_THROW(language_named(std::vector<std::string>{"zho_Hans", "zho_Hant"}, "zh"), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
