#include "tests/end_to_end/translate_fixture.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

struct Quality : Translate {
  const std::string copy_ = copy_of_model(folder_);
  const std::string reference_ = [&] {
    std::vector<std::string> lines;
    for (const std::string& line : lines_) lines.push_back(tiny_target_line(line));
    return folder_.file("reference", join_lines(lines));
  }();

  Ended calibrate() const {
    return dragoman({"calibrate", "--model", copy_, "--source", input_, "--reference", reference_, "--threads", "1"});
  }
  Ended estimate(const std::string& text, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"translate", "--model", copy_, "--threads", "1", "--quality"});
    ProgramOptions options;
    options.input = text;
    return dragoman(arguments, options);
  }
};

TEST_F(Quality, IsEstimatedByWhatWasLearnedOfIt) {
  expect_refusal(estimate("dog\n", {"--format", "json"}), 1, {"quality.json", "dragoman calibrate"});
  const Ended calibrated = calibrate();
  ASSERT_EQ(calibrated.exit_code, 0) << calibrated.err;
  EXPECT_THAT(calibrated.err, HasSubstr("lines: expected calibration error"));
  EXPECT_THAT(calibrated.err, HasSubstr("words: expected calibration error"));

  const Ended ended = estimate("dog sees water\n\n", {"--format", "json", "--n-best", "2"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::size_t end = ended.out.find('\n');
  const auto json = nlohmann::json::parse(ended.out.substr(0, end));
  for (const auto& output : json["translations"]) {
    EXPECT_GE(output["quality"].get<double>(), 0);
    EXPECT_LE(output["quality"].get<double>(), 100);
    std::string text;
    for (const auto& word : output["words"]) {
      text += (text.empty() ? "" : " ") + word["text"].get<std::string>();
      EXPECT_GE(word["quality"].get<double>(), 0);
      EXPECT_LE(word["quality"].get<double>(), 1);
    }
    EXPECT_EQ(text, output["text"].get<std::string>());
  }
  EXPECT_GE(json["translations"][0]["quality"].get<double>(), json["translations"][1]["quality"].get<double>());
  EXPECT_FALSE(nlohmann::json::parse(ended.out.substr(end + 1))["translations"][0].contains("quality"));
  EXPECT_THAT(estimate("dog\n", {"--format", "nbest"}).out, ::testing::ContainsRegex("F0= [-0-9.e]+ Q= [0-9.]+ "));
  expect_refusal(estimate("dog\n", {}), 2, {"--quality", "--format nbest or json"});
}

TEST_F(Quality, IsThatOfTheModelItWasLearnedOf) {
  ASSERT_EQ(calibrate().exit_code, 0);
  const std::string file = copy_ + "/quality.json";
  nlohmann::ordered_json json;
  std::ifstream(file) >> json;
  json["model"] = "another";
  std::ofstream(file) << json.dump();
  expect_refusal(estimate("dog\n", {"--format", "json"}), 1, {"quality.json", "manifest.json"});
  ASSERT_EQ(dragoman({"seal", "--model", copy_}).exit_code, 0);
  expect_refusal(estimate("dog\n", {"--format", "json"}), 1, {"quality.json", "another model", "dragoman calibrate"});
  std::ofstream(file) << "{\"format\": 1, \"model\": []}";
  ASSERT_EQ(dragoman({"seal", "--model", copy_}).exit_code, 0);
  expect_refusal(estimate("dog\n", {"--format", "json"}), 1, {"quality.json", "is damaged"});
}

TEST_F(Quality, TakesPairsToLearn) {
  const std::string few = folder_.file("few", "dog\ncat\n");
  expect_refusal(dragoman({"calibrate", "--model", copy_, "--source", few, "--reference", few}), 1, {"has 2 lines"});
  expect_refusal(dragoman({"calibrate", "--model", copy_, "--source", few, "--reference", reference_}), 1,
                 {"has 2 lines", "has 40"});
}

}  // namespace
}  // namespace dragoman
