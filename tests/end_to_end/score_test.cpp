#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

class Score : public ::testing::Test {
 protected:
  Ended score(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"score", "--model", model_, "--threads", "1"});
    return dragoman(arguments);
  }

  const std::string model_ = shared_model();
  const TemporaryFolder folder_;
  const std::string source_ = folder_.file("source", join_lines(tiny_source_lines(40, 7)));
};

std::vector<nlohmann::json> objects(const std::string& text) {
  std::vector<nlohmann::json> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) found.push_back(nlohmann::json::parse(line));
  return found;
}

TEST_F(Score, GivesWhatTheSearchGave) {
  const auto translated =
      objects(dragoman({"translate", "--model", model_, "--input", source_, "--format", "json"}).out);
  std::string texts;
  for (const auto& line : translated) texts += line["translations"][0]["text"].get<std::string>() + "\n";
  const std::string target = folder_.file("target", texts);
  const Ended plain = score({"--source", source_, "--target", target});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  const auto scored = objects(score({"--source", source_, "--target", target, "--format", "json"}).out);
  ASSERT_EQ(scored.size(), 40u);
  std::istringstream scores(plain.out);
  int compared = 0;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    double value = 0;
    scores >> value;
    EXPECT_NEAR(value, scored[i]["score"], 1e-6);
    const auto& best = translated[i]["translations"][0];
    EXPECT_EQ(scored[i]["text"], best["text"]);
    if (scored[i]["tokens"] != best["tokens"]) continue;
    ++compared;
    EXPECT_NEAR(scored[i]["log_prob"], best["log_prob"], 1e-3);
    EXPECT_NEAR(scored[i]["score"], best["score"], 1e-3);
  }
  EXPECT_GE(compared, 20);
}

// Of the texts that are segmented as the search has segmented them.
TEST_F(Score, InInt8GivesWhatTheSearchGaveToTheLastDigit) {
  const auto translated = objects(dragoman({"translate", "--model", model_, "--input", source_, "--precision", "int8",
                                            "--format", "json", "--batch-size", "7"})
                                      .out);
  std::string texts;
  for (const auto& line : translated) texts += line["translations"][0]["text"].get<std::string>() + "\n";
  const std::string target = folder_.file("target", texts);
  const auto scored =
      objects(score({"--source", source_, "--target", target, "--precision", "int8", "--format", "json"}).out);
  ASSERT_EQ(scored.size(), translated.size());
  int compared = 0;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    const auto& best = translated[i]["translations"][0];
    if (scored[i]["tokens"] != best["tokens"]) continue;
    ++compared;
    for (const char* key : {"token_log_probs", "log_prob", "score"}) EXPECT_EQ(scored[i].at(key), best.at(key)) << key;
  }
  EXPECT_GE(compared, 20);
}

TEST_F(Score, PrefersTheRightTranslation) {
  const std::string source = folder_.file("one", "house tree\nhouse tree\n");
  const std::string target =
      folder_.file("two", tiny_target_line("house tree") + "\n" + tiny_target_line("old dog") + "\n");
  std::istringstream scores(score({"--source", source, "--target", target}).out);
  double right = 0, wrong = 0;
  ASSERT_TRUE(scores >> right >> wrong);
  EXPECT_GT(right, wrong);
}

TEST_F(Score, RefusesFilesOfDifferentLengthAndWrongOptions) {
  const std::string target = folder_.file("target", "a\nb\n");
  expect_refusal(score({"--source", source_, "--target", target}), 1, {source_ + " has 40 lines", target + " has 2"});
  expect_refusal(score({"--source", source_}), 2, {"--target"});
  expect_refusal(score({"--source", "-", "--target", "-"}), 2, {"stdin"});
  const std::string latin = folder_.file("latin", "a\n\xE9\n");
  expect_refusal(score({"--source", target, "--target", latin}), 1, {latin + ":2: invalid UTF-8"});
}

}  // namespace
}  // namespace dragoman
