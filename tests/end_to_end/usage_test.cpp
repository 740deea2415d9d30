#include "tests/end_to_end/help_options.h"
#include "tests/end_to_end/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Usage, HelpAndVersionEverywhere) {
  for (const std::string& command : listed_commands()) {
    const Ended help = dragoman({command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr("  dragoman " + command + " "));
    EXPECT_THAT(help.out, HasSubstr("--config"));
    EXPECT_EQ(help.err, "");
    const Ended version = dragoman({command, "--version"});
    EXPECT_EQ(version.exit_code, 0) << command;
    EXPECT_THAT(version.out, StartsWith("dragoman "));
  }
  EXPECT_THAT(dragoman({"--version"}).out, StartsWith("dragoman "));
}

TEST(Usage, DumpedOptionsAreAConfigurationFile) {
  const TemporaryFolder folder;
  for (const std::string& command : listed_commands()) {
    const Ended dump = dragoman({command, "--dump-config"});
    ASSERT_EQ(dump.exit_code, 0) << command << dump.err;
    const std::string file = folder.file(command + ".yaml", dump.out);
    EXPECT_EQ(dragoman({command, "-c", file, "--dump-config"}).out, dump.out) << command;
  }
}

TEST(Usage, CommandMustBeKnown) {
  expect_refusal(
      dragoman({}), 2,
      {"train, translate, serve, evaluate, score, rerank, shortlist, quantize, average, calibrate, import, export, "
       "attention, heads, info, corpus, seal, doctor, completion or manual (see"});
  expect_refusal(dragoman({"tranlate"}), 2, {"unknown command 'tranlate'", "translate"});
}

TEST(Usage, HelpIsACommandToo) {
  EXPECT_EQ(dragoman({"help"}).out, dragoman({"--help"}).out);
  EXPECT_EQ(dragoman({"help", "train"}).out, dragoman({"train", "--help"}).out);
  const Ended info = dragoman({"list"});
  expect_refusal(info, 2, {"unknown command 'list' (see dragoman --help)"});
}

TEST(Usage, HelpShowsWhatPeopleNeedAndAllTheRest) {
  for (const std::string command : {"train", "translate", "evaluate"}) {
    const std::string help = dragoman({command, "--help"}).out, all = dragoman({command, "--help", "all"}).out;
    EXPECT_LT(count_lines(help), 75u) << command;
    EXPECT_GT(count_lines(all), count_lines(help) + 10) << command;
    EXPECT_THAT(help, HasSubstr("options more: dragoman " + command + " --help all"));
  }
  EXPECT_THAT(dragoman({"train", "--help", "all"}).out, HasSubstr("--encoder-layers N (by preset)"));
}

TEST(Usage, UnknownOptionNamesTheNearest) {
  expect_refusal(dragoman({"train", "--train-sauce", "x"}), 2, {"--train-sauce", "--train-source"});
  expect_refusal(dragoman({"translate", "--beem-size", "3"}), 2, {"--beem-size", "--beam-size"});
  expect_refusal(dragoman({"evaluate", "--hypotesis", "x"}), 2, {"--hypotesis", "--hypothesis"});
}

TEST(Usage, WrongOptionsAreOneLine) {
  expect_refusal(dragoman({"translate", "--model"}), 2, {"--model: the value is missing"});
  expect_refusal(dragoman({"translate", "--model", "x", "--beam-size", "five"}), 2, {"--beam-size: 'five'"});
  expect_refusal(dragoman({"translate", "--model", "x", "--input", "y", "--input", "z"}), 2,
                 {"--input is given twice"});
  expect_refusal(dragoman({"translate", "--model", "x", "text"}), 2, {"--model: 'text' is no model directory"});
  expect_refusal(dragoman({"translate"}), 2, {"--model is required"});
  expect_refusal(dragoman({"translate", "--model", "x", "--batch-size", "1", "--batch-tokens", "9"}), 2,
                 {"--batch-size and --batch-tokens contradict each other"});
}

TEST(Usage, ConfigurationFileErrorsNameTheLine) {
  const TemporaryFolder folder;
  const std::string unknown = folder.file("unknown.yaml", "width: 3\nlower: true\n");
  expect_refusal(dragoman({"evaluate", "-c", unknown}), 2, {unknown + ":2: lower", "lowercase"});
  const std::string nested = folder.file("nested.yaml", "bleu:\n  width: 3\n");
  expect_refusal(dragoman({"evaluate", "-c", nested}), 2, {nested + ":1:", "nested"});
  expect_refusal(dragoman({"evaluate", "-c", folder / "none.yaml"}), 1, {folder / "none.yaml", "No such file"});
  expect_refusal(dragoman({"evaluate", "-c", folder.path().string()}), 1, {folder.path().string(), "directory"});
}

TEST(Usage, HelpToAFullDeviceOrClosedPipe) {
  ProgramOptions full;
  full.output_path = "/dev/full";
  expect_refusal(dragoman({"--help"}, full), 1, {"stdout: cannot write: No space left"});
  const Ended closed = shell("{ \"$DRAGOMAN\" train --help; echo \"code $?\" >&2; } | true");
  EXPECT_THAT(closed.err, ::testing::AnyOf("code 0\n", "code 141\n"));
}

}  // namespace
}  // namespace dragoman
