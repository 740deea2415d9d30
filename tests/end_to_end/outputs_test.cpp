// What becomes of what is there where a command writes: docs/outputs.md.

#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class Outputs : public ::testing::Test {
 protected:
  const std::string model_ = shared_model();
  const TemporaryFolder folder_;
  const std::string source_ = folder_.file("source", "old dog\n");
  const std::string target_ = folder_.file("target", "hund alt\n");
};

TEST_F(Outputs, AreNoInputs) {
  const std::vector<std::string> evaluate = {"evaluate", "--hypothesis", source_, "--reference", target_};
  const std::vector<std::string> translated = {"evaluate", "--model",     model_, "--source",
                                               source_,    "--reference", target_};
  const std::vector<std::string> attention = {"attention", "--model", model_, "--source", source_};
  const std::vector<std::string> score = {"score", "--model", model_, "--source", source_, "--target", target_};
  const struct {
    std::vector<std::string> command;
    std::string output, input;
  } cases[] = {{evaluate, "--html", target_},
               {evaluate, "--html", source_},
               {translated, "--html", source_},
               {attention, "--html", source_},
               {attention, "--svg", source_},
               {attention, "--json", source_},
               {attention, "--alignment", source_},
               {score, "--output", target_},
               {translated, "--write-hypotheses", target_},
               {score, "--output", model_ + "/tokenizer.spm"}};
  for (const auto& [command, output, input] : cases) {
    const std::string before = read_text(input);
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {output, input});
    expect_refusal(dragoman(arguments), 2, {output + " " + input, "would be written over"});
    EXPECT_EQ(read_text(input), before);
  }
}

TEST_F(Outputs, ReplaceNoFolderOfSomethingElse) {
  const std::string trained = copy_of_model(folder_, "trained");
  const std::string config = read_text(trained + "/config.json");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"export"}, {"heads", "--prune", "1", "--source", source_, "--target", target_}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--model", model_, "--output", trained});
    expect_refusal(dragoman(arguments), 2, {"--output " + trained, "holds ", "name another folder"});
  }
  EXPECT_EQ(read_text(trained + "/config.json"), config);
  const std::string exported = folder_ / "exported";
  for (int time = 0; time < 2; ++time)
    EXPECT_EQ(dragoman({"export", "--quiet", "--model", model_, "--output", exported}).err, "");
}

TEST_F(Outputs, GoThroughDevicesAndPipes) {
  const std::string evaluate =
      "\"$DRAGOMAN\" evaluate --quiet --hypothesis " + source_ + " --reference " + target_ + " --html ";
  EXPECT_EQ(shell(evaluate + "/dev/null").exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  const std::string pipe = folder_ / "pipe", page = folder_ / "page";
  EXPECT_EQ(shell("mkfifo " + pipe + "; cat " + pipe + " > " + page + " & " + evaluate + pipe + "; wait").exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  EXPECT_THAT(read_text(page), HasSubstr("</html>"));
  const Ended both = shell(evaluate + "/dev/stdout");
  EXPECT_EQ(both.exit_code, 0);
  EXPECT_THAT(both.out, HasSubstr("</html>"));
  EXPECT_THAT(both.out, HasSubstr("BLEU"));
}

}  // namespace
}  // namespace dragoman
