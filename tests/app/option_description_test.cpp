#include "app/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OptionDescriptionTest : public ::testing::Test {
 protected:
  // Of the option that was added last.
  OptionDescription description() const {
    return line_.description().options[line_.options_under("Options").size() - 1];
  }

  CommandLine line_{"try", "Tries."};
};

TEST_F(OptionDescriptionTest, OfAValueHasItsDefault) {
  int beams = 5;
  line_.add("beam-size,b", beams, "N", "hypotheses; 1 is greedy");
  const OptionDescription option = description();
  EXPECT_THAT(option.spellings(), ElementsAre("--beam-size", "-b"));
  EXPECT_EQ(option.value_text(), "N (=5)");
  EXPECT_EQ(option.help, "hypotheses; 1 is greedy");
  EXPECT_EQ(option.brief(), "hypotheses");
  EXPECT_THAT(option.choices(), IsEmpty());
  EXPECT_FALSE(option.takes_file() || option.takes_folder() || option.takes_several() || option.is_optional());
}

TEST_F(OptionDescriptionTest, OfAFlagHasItsOpposite) {
  bool norm = true;
  line_.add("norm,n", norm, "a norm");
  const OptionDescription option = description();
  EXPECT_THAT(option.spellings(), ElementsAre("--norm", "--no-norm", "-n"));
  EXPECT_FALSE(option.takes_value());
  EXPECT_EQ(option.help, "a norm (the default)");
}

TEST_F(OptionDescriptionTest, OfNamesHasThem) {
  std::string format = "plain", batch = "auto";
  line_.choose<std::string>("format", format, {{"plain", "plain"}, {"json", "json"}}, "form");
  EXPECT_THAT(description().choices(), ElementsAre("plain", "json"));
  line_.add("batch-tokens", batch, "N|auto", "tokens");
  EXPECT_THAT(description().choices(), ElementsAre("auto"));
}

TEST_F(OptionDescriptionTest, KnowsFilesAndFolders) {
  std::vector<std::string> files;
  std::string folder, either;
  line_.add("source", files, "FILE", "texts").required = true;
  EXPECT_TRUE(description().takes_file());
  EXPECT_TRUE(description().takes_several());
  EXPECT_EQ(description().value_text(), "FILE ...");
  EXPECT_EQ(description().help, "texts (required)");
  line_.add("model", folder, "[SRC:TGT=]DIR", "a model");
  EXPECT_TRUE(description().takes_folder());
  line_.add("from", either, "PATH", "a model of another program");
  EXPECT_TRUE(description().takes_file());
}

TEST_F(OptionDescriptionTest, OfMapsHasNoSpelling) {
  Option maps;
  maps.kind = Option::Kind::maps;
  maps.get = [] { return std::vector<std::string>{}; };
  line_.add_custom("corpora", maps, "LIST", "in a file");
  EXPECT_THAT(description().spellings(), IsEmpty());
}

TEST_F(OptionDescriptionTest, ThoseThatAllCommandsHaveComeLast) {
  const CommandDescription command = line_.description();
  ASSERT_EQ(command.options.size(), 4u);
  EXPECT_EQ(command.options[0].name, "config");
  EXPECT_TRUE(command.options[0].takes_file());
  EXPECT_EQ(command.options[2].name, "help");
  EXPECT_TRUE(command.options[2].is_optional());
  EXPECT_THAT(command.options[2].choices(), ElementsAre("all"));
}

TEST_F(OptionDescriptionTest, IsThrownToWhoeverAsks) {
  int beams = 5;
  line_.add("beam-size", beams, "N", "hypotheses").required = true;
  try {
    line_.parse({std::string(kDescribe)});
    FAIL() << "nothing is thrown";
  } catch (const CommandDescription& command) {
    EXPECT_EQ(command.name, "try");
    EXPECT_EQ(command.summary, "Tries.");
    EXPECT_EQ(command.options.front().name, "beam-size");
  }
}

}  // namespace
}  // namespace dragoman
