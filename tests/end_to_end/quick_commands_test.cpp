#include "tests/end_to_end/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What the loader says of the libraries that it opens is on stderr.
Ended dragoman_with_its_libraries(const std::vector<std::string>& arguments) {
  ProgramOptions options;
  options.environment = {"LD_DEBUG=files"};
  return dragoman(arguments, options);
}

TEST(QuickCommands, LoadNoLibTorch) {
  const TemporaryFolder folder;
  const std::string text = folder.file("text", "a green dog\n");
  const std::vector<std::vector<std::string>> all = {
      {"--help"},
      {"--version"},
      {"evaluate", "--help"},
      {"evaluate", "--hypothesis", text, "--reference", text},
      {"corpus", "--source", text, "--target", text},
      {"corpus", "--source", text, "--target", text, "--tokenizer", folder.file("words", "<unk>\n</s>\ndog\n")}};
  for (const auto& arguments : all) {
    const Ended ended = dragoman_with_its_libraries(arguments);
    EXPECT_EQ(ended.exit_code, 0) << arguments.front() << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("libsentencepiece"));
    EXPECT_THAT(ended.err, Not(HasSubstr("libtorch_cpu"))) << arguments.front();
  }
}

TEST(QuickCommands, OthersDo) {
  const Ended ended = dragoman_with_its_libraries({"translate", "--help"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("libtorch_cpu"));
}

TEST(QuickCommands, ReadAConfigurationOnce) {
  const TemporaryFolder folder;
  const std::string text = folder.file("text", "a green dog sees a house\n");
  const std::string command = "$DRAGOMAN evaluate -c /dev/stdin --hypothesis " + text + " --reference " + text;
  EXPECT_THAT(shell("echo 'width: 5' | " + command).out, HasSubstr("100.00000"));
  const Ended model =
      shell("echo 'model: nowhere' | $DRAGOMAN evaluate -c /dev/stdin --source " + text + " --reference " + text);
  EXPECT_EQ(model.exit_code, 1);
  EXPECT_THAT(model.err, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace dragoman
