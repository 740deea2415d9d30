// dragoman completion
#include "tests/end_to_end/help_options.h"
#include "tests/end_to_end/program.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::UnorderedElementsAre;
using Words = std::vector<std::string>;

bool has_program(const std::string& name) {
  return shell("command -v " + name).exit_code == 0;
}

// Shells in a folder with two files and a folder, that have read what dragoman prints for them.
class Completion : public ::testing::Test {
 protected:
  Completion() {
    folder_.file("a text.en", "");
    folder_.file("b.en", "");
    std::filesystem::create_directory(folder_ / "model");
  }

  // The script that makes `shell` complete, as a file.
  std::string script(const std::string& shell) const {
    const Ended printed = dragoman({"completion", shell});
    EXPECT_EQ(printed.exit_code, 0) << printed.err;
    return folder_.file("completion." + shell, printed.out);
  }

  // What a shell prints for a script of its own.
  Words run(const std::string& shell_name, const std::string& text) const {
    const std::string file = scripts_.file("test." + shell_name, text);
    const Ended ended = shell(fmt::format("cd '{}' && {} '{}'", folder_.path().string(), shell_name, file));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    return lines_of(ended.out);
  }

  // What bash offers for the last of these words, the cursor behind it.
  Words bash(const Words& words) const {
    std::string text = fmt::format("source '{}'\nCOMP_WORDS=(", scripts_.file("dragoman", bash_script_));
    for (const std::string& word : words) text += fmt::format(" '{}'", word);
    text +=
        fmt::format(")\nCOMP_CWORD={}\n_dragoman dragoman\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n", words.size() - 1);
    Words offered = run("bash", text);
    std::erase(offered, "");
    return offered;
  }

  const TemporaryFolder folder_, scripts_;
  const std::string bash_script_ = dragoman({"completion", "bash"}).out;
};

TEST_F(Completion, OfBashIsSetUp) {
  const std::string file = scripts_.file("dragoman", bash_script_);
  EXPECT_THAT(run("bash", fmt::format("set -u; source '{}'; complete -p dragoman", file)),
              ElementsAre("complete -F _dragoman dragoman"));
}

TEST_F(Completion, OfBashKnowsEachCommandAndOption) {
  const Words commands = listed_commands();
  EXPECT_THAT(commands, IsSubsetOf(bash({"dragoman", ""})));
  for (const std::string& command : commands) {
    Words expected = listed_options(command);
    for (std::string flag : {"-q"}) {
      if (std::ranges::find(expected, "--no-quiet") != expected.end()) expected.push_back(flag);
    }
    EXPECT_THAT(bash({"dragoman", command, "-"}), IsSubsetOf(expected)) << command;
    EXPECT_THAT(listed_options(command), IsSubsetOf(bash({"dragoman", command, "-"}))) << command;
  }
}

TEST_F(Completion, OfBashOffersValues) {
  EXPECT_THAT(bash({"dragoman", "tr"}), ElementsAre("train", "translate"));
  EXPECT_THAT(bash({"dragoman", "translate", "--precision", ""}), ElementsAre("auto", "fp32", "bf16", "int8"));
  EXPECT_THAT(bash({"dragoman", "translate", "--precision", "i"}), ElementsAre("int8"));
  EXPECT_THAT(bash({"dragoman", "translate", "--precision", "="}), ElementsAre("auto", "fp32", "bf16", "int8"));
  EXPECT_THAT(bash({"dragoman", "translate", "--precision", "=", "b"}), ElementsAre("bf16"));
  EXPECT_THAT(bash({"dragoman", "translate", "-i", ""}), UnorderedElementsAre("a text.en", "b.en", "model"));
  EXPECT_THAT(bash({"dragoman", "translate", "--model", ""}), ElementsAre("model"));
  EXPECT_THAT(bash({"dragoman", "translate", "--beam-size", ""}), IsEmpty());
  EXPECT_THAT(bash({"dragoman", "translate", "--scores", "--no-str"}), ElementsAre("--no-strict"));
  EXPECT_THAT(bash({"dragoman", "train", "--batch-tokens", ""}), ElementsAre("auto"));
  EXPECT_THAT(bash({"dragoman", "train", "--help", ""}), ElementsAre("all"));
  EXPECT_THAT(bash({"dragoman", "train", "--help", "--vers"}), ElementsAre("--version"));
  EXPECT_THAT(bash({"dragoman", "nonsense", ""}), IsEmpty());
}

TEST_F(Completion, OfBashGoesOnWithAListUntilAnOptionEndsIt) {
  EXPECT_THAT(bash({"dragoman", "evaluate", "--hypothesis", "b.en", ""}), Contains("a text.en"));
  EXPECT_THAT(bash({"dragoman", "evaluate", "--hypothesis", "b.en", "--ref"}), ElementsAre("--reference"));
  EXPECT_THAT(bash({"dragoman", "evaluate", "--hypothesis", "b.en", "--format", "j"}), ElementsAre("json"));
  EXPECT_THAT(bash({"dragoman", "evaluate", "--worst", "3", "--htm"}), ElementsAre("--html"));
}

TEST_F(Completion, OfBashKnowsWhatStandsWithoutAnOption) {
  EXPECT_THAT(bash({"dragoman", "info", ""}), ElementsAre("model"));
  EXPECT_THAT(bash({"dragoman", "completion", ""}), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(bash({"dragoman", "help", "ser"}), ElementsAre("serve"));
  EXPECT_THAT(bash({"dragoman", "manual", "ser"}), ElementsAre("serve"));
}

TEST_F(Completion, OfZshIsAScriptWithEachOption) {
  const std::string file = script("zsh");
  const std::string text = read_text(file);
  for (const std::string& command : listed_commands()) {
    EXPECT_THAT(text, ::testing::HasSubstr("\n    " + command + ")\n")) << command;
    for (const std::string& option : listed_options(command))
      EXPECT_TRUE(text.find(option + "[") != std::string::npos || text.find(option + "=[") != std::string::npos)
          << command << " " << option;
  }
  if (!has_program("zsh")) GTEST_SKIP() << "there is no zsh to read it";
  EXPECT_THAT(run("bash", fmt::format("zsh -n '{}'", file)), IsEmpty());
}

TEST_F(Completion, OfFishOffersOptionsAndValues) {
  if (!has_program("fish")) GTEST_SKIP() << "there is no fish";
  const std::string source = fmt::format("source '{}'\n", script("fish"));
  const auto offered = [&](const std::string& line) {
    Words words = run("fish", source + fmt::format("complete -C '{}'\n", line));
    for (std::string& word : words) word = word.substr(0, word.find('\t'));
    return words;
  };
  EXPECT_THAT(offered("dragoman tra"), UnorderedElementsAre("train", "translate"));
  EXPECT_THAT(offered("dragoman translate --precision "), UnorderedElementsAre("auto", "fp32", "bf16", "int8"));
  EXPECT_THAT(offered("dragoman translate --precision=i"), ElementsAre("--precision=int8"));
  EXPECT_THAT(offered("dragoman translate --model m"), ElementsAre("model/"));
  EXPECT_THAT(offered("dragoman evaluate --hypothesis b.en b"), ElementsAre("b.en"));
  EXPECT_THAT(offered("dragoman translate --beam-size "), IsEmpty());
  for (const std::string& command : listed_commands()) {
    Words expected = listed_options(command);
    std::erase_if(expected, [](const std::string& option) { return !option.starts_with("--"); });
    EXPECT_THAT(expected, IsSubsetOf(offered(fmt::format("dragoman {} --", command)))) << command;
  }
}

TEST_F(Completion, TheShellMustBeKnown) {
  expect_refusal(dragoman({"completion"}), 2, {"--shell is required"});
  expect_refusal(dragoman({"completion", "csh"}), 2, {"csh", "bash"});
  ProgramOptions full;
  full.output_path = "/dev/full";
  expect_refusal(dragoman({"completion", "bash"}, full), 1, {"stdout: cannot write"});
}

}  // namespace
}  // namespace dragoman
