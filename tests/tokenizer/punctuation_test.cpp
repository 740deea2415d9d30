#include "tokenizer/punctuation.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace dragoman {
namespace {

// tests/fixtures/punctuation_golden.py
TEST(PunctuationNormaliserTest, DoesAsSacremoses) {
  std::ifstream golden(std::string(DRAGOMAN_FIXTURES) + "/punctuation_golden.tsv");
  int lines = 0;
  for (std::string line; std::getline(golden, line); ++lines) {
    std::istringstream fields(line);
    std::string language, before, after;
    std::getline(fields, language, '\t');
    std::getline(fields, before, '\t');
    std::getline(fields, after, '\t');
    EXPECT_EQ(PunctuationNormaliser(language)(nlohmann::json::parse(before).get<std::string>()),
              nlohmann::json::parse(after).get<std::string>())
        << language << " " << before;
  }
  EXPECT_EQ(lines, 610);
}

TEST(PunctuationNormaliserTest, KnowsALanguageAsModelsSpellIt) {
  const std::string text = "1\u00A0000";
  EXPECT_EQ(PunctuationNormaliser("deu_Latn")(text), "1,000");
  EXPECT_EQ(PunctuationNormaliser("de-AT")(text), "1,000");
  EXPECT_EQ(PunctuationNormaliser("")(text), "1.000");
}

TEST(PunctuationNormaliserTest, TakesIllFormedText) {
  EXPECT_EQ(PunctuationNormaliser("en")("a\xFF\u201D"), "a\uFFFD\"");
}

}  // namespace
}  // namespace dragoman
