#include "metrics/score_report.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

const ScoreReport kReport{"BLEU", 41.0249, {{{"nrefs", "1"}, {"version", "v"}}}, "71.3 (BP = 1.000)"};

TEST(ScoreReport, TextIsOneLine) {
  EXPECT_EQ(format_text(kReport), "BLEU|nrefs:1|version:v = 41.02 71.3 (BP = 1.000)");
  EXPECT_EQ(format_text(kReport, 0), "BLEU|nrefs:1|version:v = 41 71.3 (BP = 1.000)");
  EXPECT_EQ(format_text({"X", 5, {{{"k", "w"}}}, ""}, 1), "X|k:w = 5.0");
}

TEST(ScoreReport, JsonKeepsTheOrderOfTheKeys) {
  EXPECT_EQ(format_json(kReport, 1),
            "{\n \"name\": \"BLEU\",\n \"score\": 41.0,\n \"signature\": \"nrefs:1|version:v\",\n"
            " \"verbose_score\": \"71.3 (BP = 1.000)\",\n \"nrefs\": \"1\",\n \"version\": \"v\"\n}");
  EXPECT_FALSE(to_json({"X", 5, {}, ""}).contains("verbose_score"));
}

TEST(ScoreReport, JsonNumbersAreTheShortestDecimals) {
  for (int hundredths = 0; hundredths <= 10000; ++hundredths) {
    const std::string text = format_json({"X", hundredths / 100.0, {}, ""});
    std::string expected = fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
    if (expected.back() == '0') expected.pop_back();
    ASSERT_NE(text.find(fmt::format("\"score\": {},", expected)), std::string::npos) << text;
  }
}

TEST(ScoreReport, RefusesImpossibleWidths) {
  EXPECT_THROW(format_text(kReport, -1), std::invalid_argument);
  EXPECT_THROW(format_json(kReport, 16), std::invalid_argument);
}

TEST(ScoreReport, SignatureFieldsAreNamed) {
  EXPECT_EQ(signature_references(3), "3");
  EXPECT_EQ(signature_references(kVaryingReferences), "var");
  EXPECT_EQ(signature_version().rfind("dragoman-", 0), 0u);
  EXPECT_GT(signature_version().size(), std::string("dragoman-").size());
}

}  // namespace
}  // namespace dragoman
