// What becomes of --output when it cannot be written, or not to its end.

#include "tests/end_to_end/translate_fixture.h"

#include <chrono>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Contains;
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

TEST_F(Translate, LeavesTheOldOutputWhenASignalStopsIt) {
  const std::string many = folder_.file("many", "old \xFF dog\n" + join_lines(tiny_source_lines(100'000, 8)));
  const std::string output = folder_.file("output", "before\n");
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    Program program(
        dragoman_words({"translate", "--model", model_, "--input", many, "--output", output, "--block-lines", "50"}));
    // The warning about the first line says that the work has begun.
    ASSERT_TRUE(program.wait_for("many:1: ")) << program.err_so_far();
    program.send(signal);
    EXPECT_EQ(program.wait().exit_code, code);
    EXPECT_EQ(read_text(output), "before\n");
    EXPECT_THAT(folder_.entries(), Contains("output.partial"));
  }
}

TEST_F(Translate, ContinuesAnInterruptedOutputToTheSameBytes) {
  const std::string many = folder_.file("many", join_lines(tiny_source_lines(20'000, 8)));
  const std::string output = folder_.file("output", "before\n");
  const std::vector<std::string> arguments = {"--input", many, "--output", output, "--beam-size", "2"};
  std::vector<std::string> words = {"translate", "--model", model_, "--threads", "1", "--block-lines", "50"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  {
    Program program(dragoman_words(words));
    for (int i = 0; i < 10'000 && !std::filesystem::exists(output + ".progress"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    program.send(SIGKILL);
    EXPECT_EQ(program.wait().exit_code, 137);
  }
  EXPECT_EQ(read_text(output), "before\n");
  const std::size_t kept = count_lines(read_text(output + ".partial"));
  const Ended rest = translate(arguments);
  EXPECT_EQ(rest.exit_code, 0);
  EXPECT_THAT(rest.err, HasSubstr("continuing at line "));
  EXPECT_EQ(read_text(output), translate({"--input", many, "--beam-size", "2"}).out);
  EXPECT_GT(kept, 0u);
  EXPECT_THAT(folder_.entries(), ElementsAre("input", "many", "output"));
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
