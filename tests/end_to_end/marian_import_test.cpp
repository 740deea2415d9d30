// Models of Marian's through the whole program, and what Marian makes of the same text: see
// tests/fixtures/marian_files_golden.py.
#include "tests/end_to_end/program.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

class MarianImport : public testing::TestWithParam<std::string> {
 protected:
  MarianImport() {
    const std::string from = DRAGOMAN_FIXTURES "/marian_files/" + GetParam();
    std::ifstream file(from + "/golden.json");
    golden_ = nlohmann::json::parse(file);
    const Ended ended = dragoman({"import", from, "--output", model_});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
  }

  std::string lines(const char* field) const {
    std::string text;
    for (const auto& line : golden_) text += line[field].get<std::string>() + "\n";
    return text;
  }

  std::string translations(const std::vector<std::string>& more) const {
    std::vector<std::string> words{"translate", "--model", model_, "-q", "--search-rules", "marian"};
    words.insert(words.end(), more.begin(), more.end());
    ProgramOptions options;
    options.input = lines("source");
    return dragoman(words, options).out;
  }

  const TemporaryFolder folder_;
  const std::string model_ = folder_ / "model";
  nlohmann::json golden_;
};

void expect_near(double own, double theirs, const std::string& line) {
  EXPECT_NEAR(own, theirs, 1e-5 * std::abs(theirs) + 1e-4) << line;
}

TEST_P(MarianImport, TranslatesAndScoresAsMarianDoes) {
  EXPECT_EQ(translations({"--beam-size", "1"}), lines("greedy"));
  if (golden_[0].contains("listed")) {
    EXPECT_EQ(translations({"--beam-size", "1", "--shortlist"}), lines("listed"));
  }
  std::vector<std::string> words{"--format", "json"};
  const bool has_defaults = GetParam() != "student";
  if (!has_defaults) words.insert(words.end(), {"--beam-size", "4", "--length-penalty", "0.6"});
  std::istringstream found(translations(words));
  for (const auto& line : golden_) {
    std::string json;
    ASSERT_TRUE(std::getline(found, json));
    const auto own = nlohmann::json::parse(json)["translations"][0];
    EXPECT_EQ(own["text"], line["beam"]);
    expect_near(own["log_prob"].get<double>(), line["score"].get<double>(), json);
  }

  std::ofstream(folder_ / "source") << lines("source");
  std::ofstream(folder_ / "target") << lines("target");
  const Ended scored = dragoman({"score", "--model", model_, "--source", folder_ / "source", "--target",
                                 folder_ / "target", "--normalisation", "none"});
  std::istringstream scores(scored.out);
  for (const auto& line : golden_) {
    std::string own;
    ASSERT_TRUE(std::getline(scores, own)) << scored.err;
    expect_near(std::strtod(own.c_str(), nullptr), line["target_score"].get<double>(), line["target"]);
  }
}

INSTANTIATE_TEST_SUITE_P(, MarianImport, testing::Values("transformer", "student", "opus", "words"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace dragoman
