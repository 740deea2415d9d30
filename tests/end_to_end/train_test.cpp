#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <string>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class Train : public ::testing::Test {
 protected:
  // The tiny training with some arguments replaced or added.
  std::vector<std::string> arguments(const std::vector<std::pair<std::string, std::string>>& changes = {}) const {
    std::vector<std::string> words = tiny_training(corpus_, model_, 60);
    for (const auto& [name, value] : changes) {
      const auto found = std::find(words.begin(), words.end(), name);
      if (found == words.end()) {
        words.insert(words.end(), {name, value});
      } else {
        *(found + 1) = value;
      }
    }
    return words;
  }

  Ended train(const std::vector<std::pair<std::string, std::string>>& changes = {},
              const ProgramOptions& options = {}) const {
    return dragoman(arguments(changes), options);
  }

  // Refused, and nothing has been made.
  void expect_no_training(const std::vector<std::pair<std::string, std::string>>& changes, int code,
                          const std::vector<std::string>& parts) const {
    const std::vector<std::string> before = folder_.entries();
    expect_refusal(train(changes), code, parts);
    EXPECT_EQ(folder_.entries(), before);
  }

  void expect_translates(const std::string& model) const {
    ProgramOptions options;
    options.input = "old dog\n";
    const Ended ended = dragoman({"translate", "--model", model}, options);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(count_lines(ended.out), 1u);
  }

  std::string weights(const std::string& model) const { return read_text(model + "/model.safetensors"); }

  const TemporaryFolder folder_;
  const TinyCorpus corpus_{folder_};
  const std::string model_ = folder_ / "model";
};

TEST_F(Train, MakesAModelDirectoryAndSaysWhereItStands) {
  const Ended ended = train();
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("400 pairs kept"));
  EXPECT_THAT(ended.err, HasSubstr("BLEU"));
  EXPECT_EQ(ended.err.find('\r'), std::string::npos);
  EXPECT_EQ(ended.err.find('\x1b'), std::string::npos);
  for (const char* file : {"config.json", "model.safetensors", "tokenizer.spm", "training/log.jsonl"}) {
    EXPECT_TRUE(fs::exists(model_ + "/" + file)) << file;
  }
  expect_translates(model_);
}

TEST_F(Train, ReadsItsOptionsFromARecipe) {
  std::vector<std::string> words = arguments();
  words.push_back("--dump-config");
  const std::string recipe = folder_.file("recipe.yaml", dragoman(words).out);
  ASSERT_EQ(train().exit_code, 0);
  const std::string other = folder_ / "other";
  const Ended ended = dragoman({"train", "-c", recipe, "--model", other, "--quiet"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(weights(other), weights(model_));
}

TEST_F(Train, SaysThatItIsFinishedAndGoesOnWhenExtended) {
  ASSERT_EQ(train().exit_code, 0);
  const std::string before = weights(model_);
  const Ended again = train();
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("--max-steps"));
  EXPECT_EQ(weights(model_), before);
  const Ended more = train({{"--max-steps", "80"}});
  EXPECT_EQ(more.exit_code, 0);
  EXPECT_THAT(more.err, HasSubstr("step 80"));
}

TEST_F(Train, LeavesAnotherProgramsModelAsItIs) {
  fs::create_directory(model_);
  const std::string config = folder_.file("model/config.json", R"({"model_type": "marian"})");
  expect_no_training({}, 1, {config, "be replaced", "--model"});
  EXPECT_EQ(read_text(config), R"({"model_type": "marian"})");
}

TEST_F(Train, RefusesOtherOptionsInTheSameFolderNamingTheDifference) {
  ASSERT_EQ(train().exit_code, 0);
  const std::string before = weights(model_);
  expect_refusal(train({{"--label-smoothing", "0.2"}}), 1, {"label-smoothing", "0.2", "0.1"});
  expect_refusal(train({{"--width", "64"}}), 1, {"width", "64", "32"});
  EXPECT_EQ(weights(model_), before);
}

TEST_F(Train, StopsOnASignalAndEndsAsIfItHadNotStopped) {
  const std::string straight = folder_ / "straight";
  ASSERT_EQ(train({{"--model", straight}, {"--max-steps", "150"}}).exit_code, 0);
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    fs::remove_all(model_);
    Program program(dragoman_words(arguments({{"--max-steps", "150"}})));
    ASSERT_TRUE(program.wait_for("step 50,")) << program.err_so_far();
    program.send(signal);
    const Ended stopped = program.wait();
    EXPECT_EQ(stopped.exit_code, code) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("stopped at step"));
    expect_translates(model_);
    ASSERT_EQ(train({{"--max-steps", "150"}}).exit_code, 0);
    EXPECT_EQ(weights(model_), weights(straight));
  }
}

TEST_F(Train, SecondSignalLeavesAtOnce) {
  Program program(dragoman_words(arguments({{"--max-steps", "1000000"}})));
  ASSERT_TRUE(program.wait_for("step 100,"));  // by then the model of step 50 is there
  program.send(SIGTERM);
  program.send(SIGINT);
  const int code = program.wait().exit_code;
  // The first signal may have been answered before the second arrived.
  EXPECT_THAT(code, AnyOf(130, 143));
  expect_translates(model_);
}

TEST_F(Train, SurvivesBeingKilled) {
  for (const int milliseconds : {150, 400, 700, 1100}) {
    Program program(
        dragoman_words(arguments({{"--max-steps", "1000000"}, {"--save-interval", "1"}, {"--valid-interval", "7"}})));
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    program.send(SIGKILL);
    EXPECT_EQ(program.wait().exit_code, 137);
  }
  const Ended ended = train({{"--max-steps", "1"}, {"--save-interval", "1"}, {"--valid-interval", "7"}});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  expect_translates(model_);
}

TEST_F(Train, RefusesASecondTrainingInTheSameFolder) {
  Program first(dragoman_words(arguments({{"--max-steps", "1000000"}})));
  ASSERT_TRUE(first.wait_for("step 50,")) << first.err_so_far();
  const Ended second = train({{"--max-steps", "1000000"}});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("dragoman: " + model_));
  first.send(SIGTERM);
  EXPECT_EQ(first.wait().exit_code, 143);
  expect_translates(model_);
}

TEST_F(Train, FineTunesFromAModel) {
  const std::string initial = shared_model();
  std::vector<std::string> words = {"train",       "--init-from", initial,     "--model",  model_,
                                    "--max-steps", "5",           "--threads", "1",        "--valid-beam-size",
                                    "1",           "--precision", "fp32",      "--device", "cpu"};
  const std::vector<std::string> all = arguments();
  words.insert(words.end(), all.begin() + 1, all.begin() + 9);
  const Ended ended = dragoman(words);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(read_text(model_ + "/tokenizer.spm"), read_text(initial + "/tokenizer.spm"));
  expect_translates(model_);
  words.insert(words.end(), {"--heads", "4"});
  expect_refusal(dragoman(words), 2, {"--init-from and --heads contradict each other"});
}

TEST_F(Train, ChoosesByTheCorpusAndHoldsOutWhatItValidatesOn) {
  const std::vector<std::string> words = {"train",
                                          "--train-source",
                                          corpus_.train_source,
                                          "--train-target",
                                          corpus_.train_target,
                                          "--model",
                                          model_,
                                          "--max-epochs",
                                          "1",
                                          "--threads",
                                          "1"};
  const Ended ended = dragoman(words);
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("chosen for 400 pairs, as you have not: --preset tiny --positions rotary"));
  EXPECT_THAT(ended.err, HasSubstr("--valid-lines 40"));
  EXPECT_THAT(ended.err, HasSubstr("learning a vocabulary of"));
  EXPECT_THAT(ended.err, HasSubstr("360 pairs kept"));
  EXPECT_THAT(ended.err, HasSubstr("on 40 pairs"));
  expect_translates(model_);
  const Ended again = dragoman(words);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("is finished"));
  EXPECT_THAT(again.err, Not(HasSubstr("chosen for")));
}

TEST_F(Train, WritesNoOptionIntoARecipeThatIsYetToBeChosen) {
  const Ended dumped = dragoman({"train", "--model", model_, "--preset", "small", "--heads", "2", "--dump-config"});
  EXPECT_THAT(dumped.out, HasSubstr("preset: small"));
  EXPECT_THAT(dumped.out, HasSubstr("heads: 2"));
  for (const char* name : {"width", "dropout", "max-epochs", "schedule", "vocab-size"})
    EXPECT_THAT(dumped.out, Not(HasSubstr(std::string("\n") + name + ":")));
}

TEST_F(Train, RefusesFilesItCannotRead) {
  const std::string none = folder_ / "none";
  for (const char* name : {"--train-source", "--train-target", "--valid-source", "--valid-target"}) {
    expect_no_training({{"--batch-tokens", "0"}}, 2, {"--batch-tokens", "0 is no size of a batch", "auto"});
    expect_no_training({{name, none}}, 1, {none, "No such file"});
    expect_no_training({{name, folder_.path().string()}}, 1, {folder_.path().string(), "directory"});
  }
}

TEST_F(Train, RefusesFilesOfDifferentLength) {
  const std::string shorter = folder_.file("shorter", "ein haus\nzwei haus\n");
  expect_no_training({{"--train-target", shorter}}, 1, {corpus_.train_source, "400", shorter, "2"});
  expect_no_training({{"--valid-target", shorter}}, 1, {corpus_.valid_source, "20", shorter, "2"});
}

TEST_F(Train, RefusesEmptyCorpora) {
  const std::string empty = folder_.file("empty", "");
  const std::string blank = folder_.file("blank", "\n \n\n");
  expect_no_training({{"--train-source", empty}, {"--train-target", empty}}, 1, {empty});
  expect_no_training({{"--valid-source", empty}, {"--valid-target", empty}}, 1, {empty});
  const Ended ended = train({{"--train-source", blank}, {"--train-target", blank}});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("dragoman: "));
  EXPECT_FALSE(fs::exists(model_ + "/model.safetensors"));
}

TEST_F(Train, RefusesInvalidUtf8WithFileAndLine) {
  const std::string bad = folder_.file("bad", join_lines(tiny_source_lines(399, 1)) + "br\xC3ken\n");
  expect_no_training({{"--train-source", bad}}, 1, {bad + ":400: ", "UTF-8"});
  const std::string bad_valid = folder_.file("bad_valid", "\xFF\n" + join_lines(tiny_source_lines(19, 1)));
  expect_no_training({{"--valid-source", bad_valid}}, 1, {bad_valid + ":1: ", "UTF-8"});
}

TEST_F(Train, RefusesWrongOptions) {
  expect_no_training({{"--train-tsv", corpus_.train_source}}, 2, {"--train-tsv", "--train-source", "contradict"});
  expect_no_training({{"--heads", "5"}}, 2, {"heads", "32"});
  expect_no_training({{"--dropout", "1"}}, 2, {"dropout", "1"});
  expect_no_training({{"--label-smoothing", "-0.1"}}, 2, {"label-smoothing"});
  expect_no_training({{"--schedule", "linear"}}, 2, {"--schedule: 'linear' is none of inverse-sqrt, cosine, constant"});
  expect_no_training({{"--final-learning-rate", "0.0001"}}, 2, {"final-learning-rate", "schedule cosine"});
  std::vector<std::string> separate = arguments();
  separate.push_back("--no-joint-vocabulary");
  expect_refusal(dragoman(separate), 2, {"--no-joint-vocabulary and --tied-embeddings all contradict"});
  expect_no_training({{"--preset", "huge"}}, 2, {"--preset", "huge", "tiny"});
  expect_no_training({{"--vocab-size", "3"}}, 2, {"3"});
  expect_refusal(dragoman({"train", "--model", model_}), 2, {"--train-source"});
  EXPECT_FALSE(fs::exists(model_));
}

TEST_F(Train, RefusesAFolderItCannotWrite) {
  // Nobody can make a folder in /proc, not even root.
  expect_refusal(train({{"--model", "/proc/model"}}), 1, {"/proc/model"});
  const std::string file = folder_.file("file", "text");
  expect_refusal(train({{"--model", file}}), 1, {file});
  EXPECT_EQ(read_text(file), "text");
}

TEST_F(Train, SaysSoWhenTheDiskIsFullAndKeepsWhatWasThere) {
  ASSERT_EQ(train().exit_code, 0);
  const std::string before = weights(model_);
  ProgramOptions limited;
  limited.largest_file = 5000;
  const Ended ended = train({{"--max-steps", "80"}}, limited);
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("dragoman: " + model_));
  EXPECT_THAT(ended.err, HasSubstr("File too large"));
  EXPECT_EQ(weights(model_), before);
  expect_translates(model_);
  EXPECT_EQ(train({{"--max-steps", "80"}}).exit_code, 0);
}

TEST_F(Train, SaysSoWhenItsFolderDisappears) {
  Program program(dragoman_words(arguments({{"--max-steps", "1000000"}, {"--save-interval", "10"}})));
  ASSERT_TRUE(program.wait_for("step 50,")) << program.err_so_far();
  fs::rename(model_, folder_ / "moved");
  const Ended ended = program.wait();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("dragoman: " + model_));
  EXPECT_THAT(ended.err, HasSubstr("cannot write: there is no folder " + model_));
  EXPECT_FALSE(fs::exists(model_));
  fs::rename(folder_ / "moved", model_);
  EXPECT_EQ(train({{"--max-steps", "50"}, {"--save-interval", "10"}}).exit_code, 0);
}

TEST_F(Train, DropsOverlongPairsAndCountsThem) {
  std::string longest;
  for (int i = 0; i < 2000; ++i) longest += "house ";
  const std::string source = folder_.file("long.en", read_text(corpus_.train_source) + longest + "\nhouse\n\n");
  const std::string target = folder_.file("long.de", read_text(corpus_.train_target) + "haus\n" + longest + "\nhaus\n");
  const Ended ended = train({{"--train-source", source}, {"--train-target", target}, {"--max-steps", "5"}});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("400 pairs kept, 3 dropped (1 blank, 2 too long)"));
}

TEST_F(Train, TakesACorpusSmallerThanABatch) {
  const std::string source = folder_.file("small.en", "old house\nyoung tree\nold dog\n");
  const std::string target = folder_.file("small.de", "haus alt\nbaum jung\nhund alt\n");
  const Ended ended = train({{"--train-source", source},
                             {"--train-target", target},
                             {"--batch-tokens", "100000"},
                             {"--vocab-size", "40"},
                             {"--max-steps", "5"}});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  expect_translates(model_);
}

TEST_F(Train, ShowsABarOnATerminalOnly) {
  if (shell("command -v script").exit_code != 0) GTEST_SKIP() << "needs script(1)";
  std::string command = "TERM=xterm NO_COLOR=1 \"$DRAGOMAN\"";
  for (const std::string& word : arguments()) command += " " + word;
  const Ended ended = shell("script -qec '" + command + "' /dev/null");
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("\r\x1b[K["));
  EXPECT_THAT(ended.out, HasSubstr("tokens/s"));
  EXPECT_THAT(ended.out, Not(HasSubstr("\x1b[32m")));
}

}  // namespace
}  // namespace dragoman
