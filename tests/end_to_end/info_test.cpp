// dragoman info
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

nlohmann::json info_of(const std::string& model) {
  const Ended ended = dragoman({"info", "--model", model, "--format", "json"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  return nlohmann::json::parse(ended.out);
}

TEST(Info, TellsWhatAModelIs) {
  const Ended ended = dragoman({"info", shared_model()});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, AllOf(ContainsRegex("architecture +transformer, [0-9]+ encoder and [0-9]+ decoder layers"),
                               ContainsRegex("parameters +[0-9,]+: embeddings [0-9,]+, encoder [0-9,]+, decoder"),
                               ContainsRegex("weights +fp32, [0-9.]+ .B in memory\n"),
                               ContainsRegex("vocabulary +[0-9,]+ \\(SentencePiece, [A-Za-z]+\\)"),
                               ContainsRegex("training +[0-9,]+ updates, [0-9]+ pass"),
                               ContainsRegex("validation +BLEU [0-9.]+, perplexity [0-9.]+ \\("),
                               HasSubstr("model.safetensors"), Not(HasSubstr("no validation"))));
}

TEST(Info, ItsNumbersAddUp) {
  const nlohmann::json info = info_of(shared_model());
  std::int64_t sum = 0;
  for (const auto& part : info["parameters_of"]) sum += part.get<std::int64_t>();
  EXPECT_EQ(info["parameters"], sum);
  EXPECT_EQ(info["weight_bytes"], 4 * sum);
  for (const auto& [name, bytes] : info["files"].items())
    EXPECT_EQ(fs::file_size(fs::path(shared_model()) / name), bytes.get<std::uint64_t>()) << name;
  EXPECT_EQ(info["config"]["architecture"], "transformer");
  EXPECT_EQ(info["source"]["vocabulary"], info["config"]["source_vocabulary"]);
  EXPECT_GT(info["training"]["steps"], 0);
}

TEST(Info, AQuantisedModelHasAsManyWeightsInLessMemory) {
  const TemporaryFolder folder;
  const std::string small = folder / "int8";
  ASSERT_EQ(dragoman({"quantize", "--model", shared_model(), "--output", small}).exit_code, 0);
  const nlohmann::json whole = info_of(shared_model()), info = info_of(small);
  EXPECT_EQ(info["parameters"], whole["parameters"]);
  EXPECT_EQ(info["weight_type"], "int8");
  EXPECT_LT(info["weight_bytes"], whole["weight_bytes"].get<std::int64_t>() / 2);
  EXPECT_FALSE(info.contains("training"));
}

TEST(Info, NamesAModelOfAnotherProgram) {
  const std::string foreign = DRAGOMAN_FIXTURES "/marian/shared";
  const Ended ended = dragoman({"info", foreign});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("Hugging Face"), HasSubstr("dragoman import")));
  EXPECT_THAT(info_of(foreign)["format"].get<std::string>(), HasSubstr("Hugging Face"));
}

TEST(Info, WhatIsNoModelIsNamed) {
  const TemporaryFolder folder;
  const Ended ended = dragoman({"info", "--model", folder / "none"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr(folder / "none"));
  EXPECT_EQ(ended.out, "");
}

}  // namespace
}  // namespace dragoman
