// train --augment
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class Augment : public ::testing::Test {
 protected:
  Ended train(const std::string& model, int max_steps, const std::vector<std::string>& changes) const {
    std::vector<std::string> words = tiny_training(corpus_, folder_ / model, max_steps);
    words.emplace_back("--augment");
    words.insert(words.end(), changes.begin(), changes.end());
    return dragoman(words);
  }

  std::string weights(const std::string& model) const { return read_text(folder_ / model + "/model.safetensors"); }

  TemporaryFolder folder_;
  TinyCorpus corpus_{folder_};
};

TEST_F(Augment, TextsAreThoseOfTheOptionAndGoOnAsTheyWere) {
  const std::vector<std::string> changes = {"typos=0.2", "upper=0.2", "join=0.3"};
  ASSERT_EQ(train("model", 20, changes).exit_code, 0);
  ASSERT_EQ(train("again", 20, changes).exit_code, 0);
  EXPECT_EQ(weights("model"), weights("again"));
  ASSERT_EQ(train("other", 20, {"typos=0.2", "upper=0.2"}).exit_code, 0);
  EXPECT_NE(weights("model"), weights("other"));
  expect_refusal(train("model", 40, {"upper=0.2"}), 1, {"augment", "typos=0.2 upper=0.2 join=0.3"});
  const Ended ended = train("model", 40, changes);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("step 40"));
}

TEST_F(Augment, RefusesWhatIsNoChange) {
  const std::vector<std::string> before = folder_.entries();
  expect_refusal(train("model", 10, {"capitals=0.1"}), 2, {"augment", "'capitals=0.1' is no change; there are typos,"});
  expect_refusal(train("model", 10, {"upper=1.5"}), 2, {"augment", "'upper=1.5'", "a share from 0 to 1"});
  EXPECT_EQ(folder_.entries(), before);
}

TEST_F(Augment, IsInTheConfigurationThatIsPrinted) {
  const Ended dump = train("model", 10, {"upper=0.05", "typos=0.1", "--dump-config"});
  EXPECT_EQ(dump.exit_code, 0) << dump.err;
  EXPECT_THAT(dump.out, HasSubstr("typos=0.1"));
  EXPECT_EQ(dragoman({"train", "-c", folder_.file("config.yaml", dump.out), "--dump-config"}).out, dump.out);
}

}  // namespace
}  // namespace dragoman
