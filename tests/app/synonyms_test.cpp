#include "app/cli/synonyms.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

const std::vector<std::string> kTrain = {"train-source", "train-target", "max-epochs", "learning-rate",
                                         "device",       "batch-tokens", "vocab-size", "threads"};
const std::vector<std::string> kTranslate = {"model", "input", "output", "beam-size", "batch-size", "batch-tokens"};
const std::vector<std::string> kEvaluate = {"hypothesis", "reference", "model", "source", "lowercase"};

TEST(MeantOption, IsWhatOtherProgramsCallSo) {
  EXPECT_EQ(meant_option("epochs", kTrain), "max-epochs");
  EXPECT_EQ(meant_option("lr", kTrain), "learning-rate");
  EXPECT_EQ(meant_option("gpus", kTrain), "device");
  EXPECT_EQ(meant_option("batch-size", kTrain), "batch-tokens");
  EXPECT_EQ(meant_option("text", kTranslate), "input");
  EXPECT_EQ(meant_option("hyp", kEvaluate), "hypothesis");
  EXPECT_EQ(meant_option("ref", kEvaluate), "reference");
}

TEST(MeantOption, DependsOnWhatTheCommandHas) {
  EXPECT_EQ(meant_option("src", kTrain), "train-source");
  EXPECT_EQ(meant_option("src", kTranslate), "input");
  EXPECT_EQ(meant_option("src", kEvaluate), "source");
  EXPECT_EQ(meant_option("tgt", kEvaluate), "reference");
  EXPECT_EQ(meant_option("lr", kTranslate), "");
}

TEST(MeantOption, IsElseTheNearestNameInAnyCase) {
  EXPECT_EQ(meant_option("hypotesis", kEvaluate), "hypothesis");
  EXPECT_EQ(meant_option("Lowercase", kEvaluate), "lowercase");
  EXPECT_EQ(meant_option("LR", kTrain), "learning-rate");
  EXPECT_EQ(meant_option("verbose", kEvaluate), "");
}

TEST(MeantCommand, IsACommandOrAnOptionWithoutOne) {
  const std::vector<std::string> known = {"train", "translate", "evaluate", "quantize", "doctor", "manual"};
  EXPECT_EQ(meant_command("tranlate", known), "translate");
  EXPECT_EQ(meant_command("bleu", known), "evaluate");
  EXPECT_EQ(meant_command("version", known), "--version");
  EXPECT_EQ(meant_command("usage", known), "--help");
  EXPECT_EQ(meant_command("diagnose", known), "doctor");
  EXPECT_EQ(meant_command("man", known), "manual");
  EXPECT_EQ(meant_command("info", known), "");
  EXPECT_EQ(meant_command("serve", known), "");
}

}  // namespace
}  // namespace dragoman
