// train --sim-cut
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class SimCut : public ::testing::TestWithParam<std::string> {
 protected:
  Ended train(const std::string& model, int max_steps, const std::vector<std::string>& options) const {
    std::vector<std::string> words = tiny_training(corpus_, folder_ / model, max_steps, GetParam());
    words.insert(words.end(), options.begin(), options.end());
    return dragoman(words);
  }

  std::string weights(const std::string& model) const { return read_text(folder_ / model + "/model.safetensors"); }

  TemporaryFolder folder_;
  TinyCorpus corpus_{folder_};
};

INSTANTIATE_TEST_SUITE_P(, SimCut, ::testing::Values("transformer", "rnn", "conv"),
                         [](const auto& info) { return info.param; });

TEST_P(SimCut, TrainsAndGoesOnWithTheSameValuesAlone) {
  const std::vector<std::string> options = {"--sim-cut", "3", "--token-cutoff", "0.2"};
  ASSERT_EQ(train("model", 20, options).exit_code, 0);
  ASSERT_EQ(train("again", 20, options).exit_code, 0);
  EXPECT_EQ(weights("model"), weights("again"));
  ASSERT_EQ(train("other", 20, {"--sim-cut", "3"}).exit_code, 0);
  EXPECT_NE(weights("model"), weights("other"));
  expect_refusal(train("model", 40, {"--sim-cut", "3"}), 1, {"token-cutoff '0.2', not '0.05'"});
  expect_refusal(train("model", 40, {"--sim-cut", "1", "--token-cutoff", "0.2"}), 1, {"sim-cut '3', not '1'"});
  expect_refusal(train("model", 40, {}), 1, {"sim-cut '3', not '0'"});
  const Ended ended = train("model", 40, options);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("step 40"));
}

TEST_P(SimCut, RefusesWhatContradictsIt) {
  const std::vector<std::string> before = folder_.entries();
  expect_refusal(train("model", 10, {"--sim-cut", "3", "--r-drop", "1"}), 2, {"r-drop and sim-cut", "leave out one"});
  expect_refusal(train("model", 10, {"--token-cutoff", "0.1"}), 2, {"--token-cutoff is that of --sim-cut"});
  expect_refusal(train("model", 10, {"--sim-cut", "3", "--token-cutoff", "1"}), 2,
                 {"token-cutoff is 1, but must be at least 0 and below 1"});
  expect_refusal(train("model", 10, {"--sim-cut", "-3"}), 2, {"sim-cut is -3, but must be 0 or more"});
  EXPECT_EQ(folder_.entries(), before);
  // All options are in what is printed, and ask for nothing.
  const Ended dump = train("model", 10, {"--dump-config"});
  EXPECT_THAT(dump.out, HasSubstr("token-cutoff: 0.05"));
  const Ended ended = dragoman({"train", "-c", folder_.file("config.yaml", dump.out)});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

}  // namespace
}  // namespace dragoman
