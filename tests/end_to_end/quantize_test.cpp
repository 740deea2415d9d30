#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ContainsRegex;

class Quantize : public ::testing::Test {
 protected:
  Ended quantize(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"quantize", "--model", model_, "--threads", "1"});
    return dragoman(arguments);
  }
  std::uintmax_t weights_size(const std::string& model) const {
    return std::filesystem::file_size(model + "/model.safetensors");
  }

  const std::string model_ = shared_model();
  const TemporaryFolder folder_;
  const std::vector<std::string> lines_ = tiny_source_lines(40, 7);
  const std::string source_ = folder_.file("source", join_lines(lines_));
};

TEST_F(Quantize, WritesASmallerModelAndSaysWhatItCosts) {
  std::vector<std::string> targets;
  for (const std::string& line : lines_) targets.push_back(tiny_target_line(line));
  const std::string reference = folder_.file("reference", join_lines(targets));
  for (const auto& [precision, least, most] : {std::tuple("int8", 0.2, 0.4), std::tuple("bf16", 0.4, 0.6)}) {
    const std::string output = folder_ / precision;
    const Ended ended =
        quantize({"--output", output, "--precision", precision, "--source", source_, "--reference", reference});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.err, ContainsRegex("fp32: [0-9.]+ MB, BLEU [0-9.]+, [0-9]+ tokens/s"));
    EXPECT_THAT(ended.err, ContainsRegex(std::string(precision) + ": [0-9.]+ MB, BLEU [0-9.]+, [0-9]+ tokens/s"));
    const double share = static_cast<double>(weights_size(output)) / static_cast<double>(weights_size(model_));
    EXPECT_GT(share, least);
    EXPECT_LT(share, most);
  }
}

TEST_F(Quantize, TheStoredModelTranslatesAsTheFlagDoes) {
  const std::string output = folder_ / "int8";
  ASSERT_EQ(quantize({"--output", output, "--precision", "int8"}).exit_code, 0);
  const auto translate = [&](const std::string& model, const std::string& precision) {
    return dragoman({"translate", "--model", model, "--input", source_, "--precision", precision, "--format", "json"})
        .out;
  };
  EXPECT_EQ(translate(output, "auto"), translate(output, "int8"));
  EXPECT_EQ(translate(model_, "int8"), translate(output, "int8"));
  EXPECT_EQ(count_lines(translate(output, "fp32")), lines_.size());
}

TEST_F(Quantize, RefusesItsOwnModelAndQuantisedOnes) {
  expect_refusal(quantize({"--output", model_}), 2, {"--output", "--model", "name another"});
  const std::string once = folder_ / "once";
  ASSERT_EQ(quantize({"--output", once, "--quiet"}).err, "");
  expect_refusal(dragoman({"quantize", "--model", once, "--output", folder_ / "twice"}), 1, {once, "int8 already"});
  expect_refusal(quantize({"--output", once, "--source", source_}), 2, {"--source", "--reference"});
  expect_refusal(dragoman({"quantize", "--model", folder_ / "none", "--output", once}), 1, {"none"});
}

TEST_F(Quantize, ReplacesOnlyWhatItWroteItself) {
  const std::string output = folder_ / "int8";
  for (const char* precision : {"int8", "bf16"})
    ASSERT_EQ(quantize({"--output", output, "--precision", precision, "--quiet"}).exit_code, 0) << precision;
  const std::string trained = copy_of_model(folder_, "trained");
  const std::string weights = read_text(trained + "/model.safetensors");
  expect_refusal(quantize({"--output", trained}), 2, {"--output " + trained, "holds ", "name another folder"});
  // Its files are another model's, file by file.
  std::filesystem::create_directory(folder_ / "linked");
  for (const auto& entry : std::filesystem::directory_iterator(trained))
    std::filesystem::create_symlink(entry.path(), folder_.path() / "linked" / entry.path().filename());
  expect_refusal(quantize({"--output", folder_ / "linked"}), 2, {"--output", "holds "});
  std::filesystem::create_directory_symlink(model_, folder_ / "link");
  expect_refusal(quantize({"--output", folder_ / "link"}), 2, {"--output", "--model"});
  EXPECT_EQ(read_text(trained + "/model.safetensors"), weights);
  std::ofstream(output + "/notes") << "mine";
  expect_refusal(quantize({"--output", output}), 2, {"--output " + output, "remove this one"});
  EXPECT_EQ(read_text(output + "/notes"), "mine");
}

}  // namespace
}  // namespace dragoman
