#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <dragoman/train.h>
#include <dragoman/translator.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class LibraryTrain : public ::testing::Test {
 protected:
  // What the command line's arguments are as options.
  api::Options options(const std::string& model, int steps) const {
    const std::vector<std::string> words = tiny_training(corpus_, folder_ / model, steps);
    api::Options options;
    for (std::size_t i = 1; i < words.size(); i += 2) options.emplace_back(words[i].substr(2), words[i + 1]);
    return options;
  }

  std::string weights(const std::string& model) const { return read_text(folder_ / model + "/model.safetensors"); }

  const TemporaryFolder folder_;
  const TinyCorpus corpus_{folder_};
};

TEST_F(LibraryTrain, MakesTheProgramsModel) {
  std::vector<std::int64_t> steps;
  std::vector<std::string> notices;
  api::TrainCallbacks callbacks;
  callbacks.progress = [&](const api::TrainProgress& progress) { steps.push_back(progress.step); };
  callbacks.notice = [&](const std::string& text) { notices.push_back(text); };
  EXPECT_EQ(api::train(options("mine", 20), callbacks), api::TrainOutcome::finished);
  EXPECT_EQ(dragoman(tiny_training(corpus_, folder_ / "theirs", 20)).exit_code, 0);
  EXPECT_EQ(weights("mine"), weights("theirs"));
  EXPECT_EQ(steps.size(), 20u);
  EXPECT_EQ(steps.back(), 20);
  EXPECT_FALSE(notices.empty());
  EXPECT_FALSE(api::Translator(folder_ / "mine").translate("green dog").empty());
}

TEST_F(LibraryTrain, StopsAndGoesOn) {
  std::int64_t done = 0;
  api::TrainCallbacks callbacks;
  callbacks.progress = [&](const api::TrainProgress& progress) { done = progress.step; };
  callbacks.stop_requested = [&] { return done == 7; };
  EXPECT_EQ(api::train(options("stopped", 20), callbacks), api::TrainOutcome::stopped);
  callbacks.stop_requested = {};
  std::int64_t first = 0;
  callbacks.progress = [&](const api::TrainProgress& progress) { first = first == 0 ? progress.step : first; };
  EXPECT_EQ(api::train(options("stopped", 20), callbacks), api::TrainOutcome::finished);
  EXPECT_EQ(first, 8);
  EXPECT_EQ(api::train(options("whole", 20)), api::TrainOutcome::finished);
  EXPECT_EQ(weights("stopped"), weights("whole"));
}

TEST_F(LibraryTrain, TakesARecipe) {
  api::Options recipe{{"config", folder_.file("recipe.yaml", "max-steps: 3\nwidth: 16\n")}};
  for (const api::Option& option : options("recipe", 5)) {
    if (option.name != "max-steps" && option.name != "width") recipe.push_back(option);
  }
  std::int64_t last = 0;
  api::TrainCallbacks callbacks;
  callbacks.progress = [&](const api::TrainProgress& progress) { last = progress.step; };
  EXPECT_EQ(api::train(recipe, callbacks), api::TrainOutcome::finished);
  EXPECT_EQ(last, 3);
}

TEST_F(LibraryTrain, RefusesWhatCannotBe) {
  EXPECT_THROW(api::train({}), std::invalid_argument);
  api::Options wrong = options("wrong", 5);
  wrong.emplace_back("width", "wide");
  try {
    api::train(wrong);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("width: 'wide'"));
  }
  wrong = options("missing", 5);
  wrong.emplace_back("train-source", folder_ / "nowhere");
  EXPECT_THROW(api::train(wrong), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
