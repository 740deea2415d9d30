#include "tokenizer/language_code.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

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

}  // namespace
}  // namespace dragoman
