#include "tests/end_to_end/translate_fixture.h"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class Average : public Translate {
 protected:
  Ended average(const std::vector<std::string>& models, std::vector<std::string> more) const {
    more.insert(more.begin(), {"average", "--model"});
    more.insert(more.begin() + 2, models.begin(), models.end());
    return dragoman(more);
  }

  std::vector<std::string> checkpoints() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(model_ + "/training")) {
      if (entry.path().filename().string().starts_with("step-")) files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    return files;
  }

  Ended translate_with(const std::string& model) const {
    return dragoman({"translate", "--model", model, "--input", input_, "--threads", "1", "--format", "json"});
  }

  static std::string weights(const std::string& model) { return read_text(model + "/model.safetensors"); }
};

TEST_F(Average, IsTheMeanOfCheckpointsOfOneTraining) {
  const std::vector<std::string> files = checkpoints();
  ASSERT_GE(files.size(), 2u);
  const Ended ended = average({model_}, {"--checkpoints", "2", "--output", folder_ / "mean"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("is the mean of 2 models"));
  const Ended translated = translate_with(folder_ / "mean");
  EXPECT_EQ(translated.exit_code, 0) << translated.err;
  EXPECT_EQ(count_lines(translated.out), lines_.size());
  EXPECT_NE(translated.out, translate_with(model_).out);
  ASSERT_EQ(average({files.end() - 2, files.end()}, {"--output", folder_ / "same"}).exit_code, 0);
  EXPECT_EQ(weights(folder_ / "same"), weights(folder_ / "mean"));
}

TEST_F(Average, IsTheMeanOfModelsByTheirWeights) {
  ASSERT_EQ(average({model_, model_}, {"--output", folder_ / "itself"}).exit_code, 0);
  EXPECT_EQ(translate_with(folder_ / "itself").out, translate_with(model_).out);
  std::vector<std::string> targets;
  for (const std::string& line : lines_) targets.push_back(tiny_target_line(line));
  const std::string reference = folder_.file("reference", join_lines(targets));
  const std::string early = checkpoints().front();
  const Ended ended = average({model_, early}, {"--weights", "1000000", "1", "--output", folder_ / "mostly", "--source",
                                                input_, "--reference", reference});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, ContainsRegex(model_ + ": BLEU [0-9.]+, [0-9]+ tokens/s"));
  EXPECT_THAT(ended.out, ContainsRegex("mostly: BLEU [0-9.]+, [0-9]+ tokens/s"));
  EXPECT_EQ(dragoman({"translate", "--model", folder_ / "mostly", "--input", input_, "--threads", "1"}).out,
            translate({"--input", input_}).out);
}

TEST_F(Average, RefusesWhatHasNoMean) {
  const std::vector<std::string> output = {"--output", folder_ / "mean"};
  const auto refuse = [&](const std::vector<std::string>& models, std::vector<std::string> more, int code,
                          const std::vector<std::string>& parts) {
    more.insert(more.end(), output.begin(), output.end());
    expect_refusal(average(models, more), code, parts);
    EXPECT_FALSE(fs::exists(folder_ / "mean"));
  };
  refuse({model_}, {}, 2, {"the mean of one model is that model", "--checkpoints"});
  refuse({model_}, {"--checkpoints", "99"}, 1, {model_, "fewer than --checkpoints 99", "--keep-last"});
  refuse({model_, model_}, {"--checkpoints", "2"}, 2, {"name that alone"});
  refuse({model_, model_}, {"--weights", "1"}, 2, {"--weights are 1, but there are 2 models"});
  refuse({model_, model_}, {"--weights", "1", "0"}, 2, {"0 must be above 0"});
  refuse({model_, folder_ / "none"}, {}, 1, {folder_ / "none"});
  refuse({model_, input_}, {}, 1, {input_, "is in no training"});

  ASSERT_EQ(dragoman({"quantize", "--model", model_, "--output", folder_ / "int8", "--quiet"}).exit_code, 0);
  refuse({model_, folder_ / "int8"}, {}, 1, {folder_ / "int8", "is in int8"});
  const TinyCorpus corpus(folder_);
  std::vector<std::string> training = tiny_training(corpus, folder_ / "wider", 1);
  *std::ranges::find(training, "64") = "128";
  ASSERT_EQ(dragoman(training).exit_code, 0);
  refuse({model_, folder_ / "wider"}, {}, 1, {folder_ / "wider", "config.json is of another model", model_});
  ASSERT_EQ(dragoman(tiny_training(TinyCorpus(folder_, 100), folder_ / "third", 1)).exit_code, 0);
  refuse({model_, folder_ / "third"}, {}, 1, {folder_ / "third", "another vocabulary", model_});
  expect_refusal(average({model_, model_}, {"--output", model_}), 2, {"would be written over"});
}

}  // namespace
}  // namespace dragoman
