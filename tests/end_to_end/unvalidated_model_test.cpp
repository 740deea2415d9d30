#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(UnvalidatedModel, IsRefusedUnlessThatIsAllowed) {
  const TemporaryFolder folder;
  const TinyCorpus corpus(folder);
  const std::string model = folder / "model";
  const auto training = [&](int steps) {
    std::vector<std::string> words = tiny_training(corpus, model, steps);
    *(std::ranges::find(words, "--valid-interval") + 1) = "1000000";
    return words;
  };
  Program program(dragoman_words(training(1000000)));
  ASSERT_TRUE(program.wait_for("M parameters"));
  for (int i = 0; i < 1000 && !fs::exists(model + "/model.safetensors"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  program.send(SIGINT);
  EXPECT_EQ(program.wait().exit_code, 130);

  const std::string lines = folder.file("lines", "old dog\n"), made = folder / "made";
  const std::vector<std::vector<std::string>> commands{
      {"translate", "--input", lines},
      {"evaluate", "--source", lines, "--reference", lines},
      {"score", "--source", lines, "--target", lines},
      {"attention", "--source", lines},
      {"heads", "--source", lines, "--target", lines},
      {"shortlist", "--train-source", corpus.train_source, "--train-target", corpus.train_target, "--quiet"},
      {"export", "--output", folder / "exported", "--quiet"},
      {"quantize", "--output", made, "--quiet"}};
  for (std::vector<std::string> words : commands) {
    SCOPED_TRACE(words.front());
    words.insert(words.begin() + 1, {"--model", model});
    expect_refusal(dragoman(words), 1,
                   {model + "/model.safetensors: no validation has measured", "--allow-unvalidated"});
    words.emplace_back("--allow-unvalidated");
    const Ended allowed = dragoman(words);
    if (words.front() == "shortlist")  // asks the model whether the pairs are its own, and this one knows nothing yet
      expect_refusal(allowed, 1, {corpus.train_source, "no shortlist was written"});
    else
      EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
  }
  expect_refusal(dragoman({"translate", "--model", made, "--input", lines}), 1, {made, "no validation has measured"});
  const Ended tuned = dragoman({"train", "--init-from", model, "--model", folder / "other", "--max-steps", "5",
                                "--train-source", corpus.train_source, "--train-target", corpus.train_target,
                                "--valid-source", corpus.valid_source, "--valid-target", corpus.valid_target});
  EXPECT_EQ(tuned.exit_code, 1);
  EXPECT_THAT(tuned.err, HasSubstr(model + ": no validation has measured this model; go on with its training first"));

  ASSERT_EQ(dragoman(training(1)).exit_code, 0);
  const Ended ended = dragoman({"translate", "--model", model, "--input", lines});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

}  // namespace
}  // namespace dragoman
