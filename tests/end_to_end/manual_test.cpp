// dragoman manual
#include "tests/end_to_end/help_options.h"
#include "tests/end_to_end/program.h"

#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Manual : public ::testing::Test {
 protected:
  Manual() {
    const Ended ended = dragoman({"manual", "--output", pages_});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
  }

  // As man shows it, without bold and italics.
  Ended shown(const std::string& page) const {
    ProgramOptions options;
    options.environment = {"MANWIDTH=200", "LC_ALL=C.UTF-8", "MANROFFOPT="};
    return shell(fmt::format("man --warnings -l '{}/{}.1' | col -bx", pages_, page), options);
  }

  const TemporaryFolder folder_;
  const std::string pages_ = folder_ / "man/man1";
};

TEST_F(Manual, IsThereOfEachCommand) {
  EXPECT_EQ(read_text(pages_ + "/dragoman.1"), dragoman({"manual"}).out);
  std::size_t pages = 1;
  for (const std::string& command : listed_commands()) {
    EXPECT_EQ(read_text(fmt::format("{}/dragoman-{}.1", pages_, command)), dragoman({"manual", command}).out);
    ++pages;
  }
  EXPECT_EQ(static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(pages_), {})), pages);
}

TEST_F(Manual, ManShowsEachOptionWithoutAWarning) {
  if (shell("command -v man && command -v col").exit_code != 0) GTEST_SKIP() << "there is no man";
  const Ended program = shown("dragoman");
  EXPECT_EQ(program.err, "");
  for (const std::string& command : listed_commands()) {
    EXPECT_THAT(program.out, HasSubstr("dragoman-" + command + "(1)"));
    const Ended page = shown("dragoman-" + command);
    EXPECT_EQ(page.exit_code, 0) << command;
    EXPECT_EQ(page.err, "") << command;
    for (std::string option : listed_options(command)) {
      if (option.starts_with("--no-")) continue;
      EXPECT_TRUE(page.out.find(option) != std::string::npos ||
                  page.out.find("--[no-]" + option.substr(2)) != std::string::npos)
          << command << " " << option;
    }
  }
}

TEST_F(Manual, MandocFindsNothingWrong) {
  if (shell("command -v mandoc").exit_code != 0) GTEST_SKIP() << "there is no mandoc";
  // That a page has no date, which would make each build another, is a warning of its own.
  const Ended ended = shell(fmt::format("mandoc -T lint -W warning '{}'/*.1 | grep -v 'missing date'", pages_));
  EXPECT_EQ(ended.out, "");
}

TEST_F(Manual, WrongUsage) {
  expect_refusal(dragoman({"manual", "tranlate"}), 2, {"tranlate"});
  expect_refusal(dragoman({"manual", "train", "--output", folder_ / "x"}), 2, {"contradict"});
  const std::string file = folder_.file("file", "");
  const Ended ended = dragoman({"manual", "--output", file});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, StartsWith("dragoman: "));
  EXPECT_EQ(count_lines(ended.err), 1u);
  EXPECT_THAT(ended.err, HasSubstr(file));
}

}  // namespace
}  // namespace dragoman
