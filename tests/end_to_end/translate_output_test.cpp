// What becomes of --output when it cannot be written, or not to its end.

#include "tests/end_to_end/translate_fixture.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(Translate, RefusesOutputsItCannotWrite) {
  expect_refusal(translate({"--input", input_, "--output", folder_.path().string()}), 1, {"directory"});
  expect_refusal(translate({"--input", input_, "--output", folder_ / "none/output"}), 1,
                 {"none/output", "No such file"});
  // Nobody can make a file in /proc, not even root.
  expect_refusal(translate({"--input", input_, "--output", "/proc/output"}), 1, {"/proc/output"});

  ProgramOptions full;
  full.output_path = "/dev/full";
  expect_refusal(translate({"--input", input_, "--quiet"}, full), 1, {"stdout: cannot write: No space left"});

  const std::string output = folder_.file("output", "before\n");
  ProgramOptions limited;
  limited.largest_file = 300;  // stderr, too, is a file here
  expect_refusal(translate({"--input", input_, "--output", output, "--quiet"}, limited), 1, {output, "File too large"});
  EXPECT_EQ(read_text(output), "before\n");
  EXPECT_THAT(folder_.entries(), ElementsAre("input", "output"));
}

// What an interrupted run leaves, and what goes on with it.
class InterruptedTranslate : public Translate {
 protected:
  // Begins a translation in small blocks, and ends it by `signal` once some lines are kept.
  Ended interrupt(int signal) {
    std::vector<std::string> words = {"translate", "--model", model_, "--threads", "1", "--block-lines", "50"};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    Program program(dragoman_words(words));
    const auto is_kept = [&] {
      const std::string progress = std::filesystem::exists(progress_) ? read_text(progress_) : "";
      return !progress.empty() && progress.find("output 0 lines") == std::string::npos;
    };
    for (int i = 0; i < 20'000 && !is_kept(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(3));
    program.send(signal);
    return program.wait();
  }

  // Nothing of what is there changes.
  void expect_kept(const Ended& refused, const std::vector<std::string>& parts) {
    expect_refusal(refused, 1, parts);
    EXPECT_EQ(read_text(partial_), kept_);
  }

  void expect_the_rest(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = arguments_;
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended rest = translate(arguments);
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    if (more.empty()) {
      EXPECT_THAT(rest.err, HasSubstr("continuing at line "));
    }
    EXPECT_EQ(read_text(output_), translate({"--input", many_, "--beam-size", "2"}).out);
    EXPECT_THAT(folder_.entries(), ElementsAre("input", "many", "output"));
  }

  const std::string many_ = folder_.file("many", join_lines(tiny_source_lines(6'000, 8)));
  const std::string output_ = folder_.file("output", "before\n");
  const std::string partial_ = output_ + ".partial", progress_ = output_ + ".progress";
  const std::vector<std::string> arguments_ = {"--input", many_, "--output", output_, "--beam-size", "2"};
  std::string kept_;
};

TEST_F(InterruptedTranslate, KeepsEveryLineThatWasFinished) {
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    std::filesystem::remove(partial_);
    std::filesystem::remove(progress_);
    const Ended ended = interrupt(signal);
    EXPECT_EQ(ended.exit_code, code) << ended.err;
    EXPECT_EQ(read_text(output_), "before\n");
    const std::size_t kept = count_lines(read_text(partial_));
    EXPECT_GE(kept, 50u);
    EXPECT_EQ(kept % 50, 0u);
    EXPECT_THAT(ended.err, HasSubstr("stopped behind line " + std::to_string(kept)));
    EXPECT_THAT(read_text(progress_), HasSubstr("output " + std::to_string(kept) + " lines"));
  }
  expect_the_rest();
}

TEST_F(InterruptedTranslate, ContinuesToTheSameBytes) {
  EXPECT_EQ(interrupt(SIGKILL).exit_code, 137);
  EXPECT_EQ(read_text(output_), "before\n");
  EXPECT_THAT(folder_.entries(), ElementsAre("input", "many", "output", "output.partial", "output.progress"));
  expect_the_rest();
}

TEST_F(InterruptedTranslate, RefusesWhatIsAnotherTranslationAndKeepsThisOne) {
  interrupt(SIGINT);
  kept_ = read_text(partial_);
  expect_kept(translate({"--input", folder_ / "mani", "--output", output_, "--beam-size", "2"}), {"mani", "No such"});
  expect_kept(translate({"--input", many_, "--output", output_, "--beam-size", "3"}),
              {partial_, "beam-size, 2 rather than 3", "--restart"});
  expect_kept(translate({"--input", input_, "--output", output_, "--beam-size", "2"}),
              {input_ + ": its first", partial_, "--restart"});
  const TemporaryFolder elsewhere;
  ASSERT_EQ(dragoman({"quantize", "--quiet", "--model", model_, "--output", elsewhere / "int8"}).exit_code, 0);
  std::vector<std::string> words = {"translate", "--model", elsewhere / "int8"};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  expect_kept(dragoman(words), {partial_, "another model", "--restart"});
  std::string text = read_text(many_);
  text[3] ^= 2;
  folder_.file("many", text);
  expect_kept(translate(arguments_), {many_ + ": its first", "--restart"});
  text[3] ^= 2;
  // A line more, behind all that has been translated, is one line more.
  folder_.file("many", text + "old dog\n");
  expect_the_rest();
}

TEST_F(InterruptedTranslate, BeginsAnewWithRestart) {
  interrupt(SIGKILL);
  std::ofstream(partial_, std::ios::app) << "mine";
  std::string changed = read_text(partial_);
  changed[0] ^= 2;
  folder_.file("output.partial", changed);
  kept_ = changed;
  expect_kept(translate(arguments_), {"has changed", "--restart"});
  expect_the_rest({"--restart"});
}

TEST_F(InterruptedTranslate, KeepsWhatWasFinishedBeforeALineThatIsRefused) {
  std::string text = read_text(many_);
  std::size_t at = 0;
  for (int line = 0; line < 120; ++line) at = text.find('\n', at) + 1;
  std::string damaged = text;
  damaged[at] = '\xFF';
  folder_.file("many", damaged);
  std::vector<std::string> arguments = arguments_;
  arguments.insert(arguments.end(), {"--strict", "--guard", "off", "--block-lines", "50"});
  expect_refusal(translate(arguments), 1, {many_ + ":121: invalid UTF-8"});
  EXPECT_EQ(count_lines(read_text(partial_)), 100u);
  folder_.file("many", text);
  arguments.resize(arguments.size() - 2);
  EXPECT_THAT(translate(arguments).err, HasSubstr("continuing at line 101"));
}

TEST_F(Translate, NeverTouchesAPartialFileThatIsNotItsOwn) {
  const std::string output = folder_ / "output";
  const std::string partial = folder_.file("output.partial", "mine\n");
  expect_refusal(translate({"--input", input_, "--output", output}), 1, {partial, "--restart"});
  EXPECT_EQ(read_text(partial), "mine\n");
  std::filesystem::remove(partial);
  ASSERT_EQ(::mkfifo(partial.c_str(), 0666), 0);
  expect_refusal(translate({"--input", input_, "--output", output}), 1, {partial, "no regular file"});
}

TEST_F(Translate, NeverWritesOverItsInput) {
  const std::string text = read_text(input_);
  std::filesystem::create_symlink("input", folder_ / "link");
  for (const std::string& output : {input_, folder_ / "link"})
    expect_refusal(translate({"--input", input_, "--output", output}), 2, {"--output " + output, "--input"});
  expect_refusal(translate({"--input", input_, "--output", model_ + "/config.json"}), 2, {"--output", "--model"});
  const Ended appended =
      shell("\"$DRAGOMAN\" translate --threads 1 --model " + model_ + " --input " + input_ + " >> " + input_);
  expect_refusal(appended, 2, {"stdout", "--input"});
  EXPECT_EQ(read_text(input_), text);
}

TEST_F(Translate, WritesThroughWhatIsNoRegularFile) {
  const std::string program = "\"$DRAGOMAN\" translate --threads 1 --quiet --model " + model_ + " --input " + input_;
  const std::string expected = "header\n" + translate({"--input", input_}).out + "footer\n";
  for (const char* output : {"/dev/stdout", "/dev/fd/3", "/proc/self/fd/3"}) {
    const std::string file = folder_ / "file";
    const Ended ended =
        shell("{ echo header; " + program + " --output " + output + "; echo footer; } 3>&1 > " + file + " 3>&1");
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(read_text(file), expected) << output;
  }
  EXPECT_EQ(shell(program + " --output /dev/stdout | head -n 1").exit_code, 0);
}

// The files that it opens would have the numbers 0 to 2, and its messages would go there.
TEST_F(Translate, WorksWithoutStandardDescriptors) {
  const std::string expected = translate({"--input", input_}).out;
  const std::string program = "\"$DRAGOMAN\" translate --threads 1 --model " + model_;
  const std::string output = folder_ / "output";
  EXPECT_EQ(shell(program + " --input " + input_ + " --output " + output + " <&- >&- 2>&-").exit_code, 0);
  EXPECT_EQ(read_text(output), expected);
  const Ended no_input = shell(program + " <&-");
  expect_refusal(no_input, 1, {"standard input: cannot read"});
  const Ended no_output = shell(program + " --quiet --input " + input_ + " >&-");
  expect_refusal(no_output, 1, {"stdout: cannot write"});
}

TEST_F(Translate, StdinIsNotAFileNamedLikeIt) {
  folder_.file("-", "not this\nnor this\n");
  const Ended ended = shell("cd " + folder_.path().string() + " && \"$DRAGOMAN\" translate --threads 1 --model " +
                            model_ + " --output output < input");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(read_text(folder_ / "output"), translate({"--input", input_}).out);
}

TEST_F(Translate, RefusesASecondRunToTheSameOutput) {
  const std::string many = folder_.file("many", "old \xFF dog\n" + join_lines(tiny_source_lines(100'000, 8)));
  const std::string output = folder_ / "output";
  Program first(dragoman_words({"translate", "--model", model_, "--input", many, "--output", output}));
  ASSERT_TRUE(first.wait_for("many:1: ")) << first.err_so_far();
  expect_refusal(translate({"--input", input_, "--output", output}), 1, {output, "another process"});
}

}  // namespace
}  // namespace dragoman
