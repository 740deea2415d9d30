#include "app/cli/config_file.h"

#include "base/atomic_file.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ConfigFile : public ::testing::Test {
 protected:
  ~ConfigFile() override { std::filesystem::remove(path_); }

  std::vector<Assignment> read(const std::string& text) const {
    write_file_atomically(path_, text);
    return read_config_file(path_);
  }

  // What the refusal says behind "FILE:".
  std::string refusal(const std::string& text) const {
    try {
      read(text);
    } catch (const std::invalid_argument& error) {
      const std::string prefix = path_.string() + ":";
      EXPECT_THAT(error.what(), StartsWith(prefix));
      return std::string(error.what()).substr(prefix.size());
    }
    return "(accepted)";
  }

  const std::filesystem::path path_ =
      std::filesystem::path(::testing::TempDir()) / ("config_file_test." + std::to_string(::getpid()) + ".yaml");
};

TEST_F(ConfigFile, ReadsScalarsAndListsInOrder) {
  const auto options = read("# a recipe\nbeam_size: 4\nreference: [a b, 'c']\nvalid-source:\n  - x\n  - \"yes\"\n");
  ASSERT_EQ(options.size(), 3u);
  EXPECT_EQ(options[0].name, "beam-size");
  EXPECT_THAT(options[0].values, ElementsAre("4"));
  EXPECT_FALSE(options[0].is_list);
  EXPECT_EQ(options[0].where, path_.string() + ":2: beam-size");
  EXPECT_THAT(options[1].values, ElementsAre("a b", "c"));
  EXPECT_TRUE(options[1].is_list);
  EXPECT_THAT(options[2].values, ElementsAre("x", "yes"));
  EXPECT_EQ(options[2].where, path_.string() + ":4: valid-source");
}

TEST_F(ConfigFile, TakesAnEmptyFileForNoOptions) {
  EXPECT_THAT(read(""), IsEmpty());
  EXPECT_THAT(read("# nothing\n\n"), IsEmpty());
  EXPECT_THAT(read("{}"), IsEmpty());
}

TEST_F(ConfigFile, RefusesWithTheLine) {
  EXPECT_EQ(refusal("seed: 1\nmodel:\n  layers: 4\n"),
            "2: model holds a nested map; write every option at the top level, as 'name: value'");
  EXPECT_EQ(refusal("seed: 1\n\nseed: 2\n"), "3: seed is given twice");
  EXPECT_EQ(refusal("beam-size: 1\nbeam_size: 2\n"), "2: beam-size is given twice");
  EXPECT_EQ(refusal("seed: 1\nmodel:\n"), "2: model has no value");
  EXPECT_EQ(refusal("a: [x,\n  {b: c}]\n"), "2: an item of a is not a plain value");
  EXPECT_EQ(refusal("a:\n- b: c\n  d: {e: f}\n"),
            "3: d holds a nested map; write every option at the top level, as 'name: value'");
  EXPECT_EQ(refusal("a:\n- b: c\n  b: d\n"), "3: b is given twice");
  EXPECT_EQ(refusal("- seed\n"), "1: not a map of options; write lines of the form 'name: value'");
  EXPECT_EQ(refusal("seed: 1\n---\nseed: 2\n"), "3: a second YAML document; write one map of options");
  EXPECT_THAT(refusal("seed: 1\nb: [1, 2\nc: 3\n"), StartsWith("3: not valid YAML: "));
  // yaml-cpp finds one document after another in this, for ever.
  EXPECT_THAT(refusal(std::string(",\r\0~", 4)), StartsWith("1: "));
}

TEST_F(ConfigFile, ReadsAListOfMaps) {
  const std::vector<Assignment> read_back =
      read("corpora:\n- train_source: [a, b]\n  weight: 2\n- weight: 3\nseed: 1\n");
  ASSERT_EQ(read_back.size(), 2u);
  EXPECT_THAT(read_back[0].values, IsEmpty());
  ASSERT_EQ(read_back[0].maps.size(), 2u);
  const Assignment& source = read_back[0].maps[0].at(0);
  EXPECT_EQ(source.name, "train-source");
  EXPECT_THAT(source.values, ElementsAre("a", "b"));
  EXPECT_THAT(source.where, ::testing::EndsWith(":2: train-source"));
  EXPECT_EQ(read_back[0].maps[1].at(0).values, std::vector<std::string>{"3"});
  const auto again = read(format_config_file(read_back));
  EXPECT_EQ(again.at(0).maps.at(0).at(0).values, source.values);
  EXPECT_EQ(again.at(0).maps.at(1).at(0).values, std::vector<std::string>{"3"});
}

TEST_F(ConfigFile, IsReportedByNameWhereItIsMissing) {
  EXPECT_THROW(read_config_file("/nonexistent/recipe.yaml"), std::runtime_error);
}

TEST_F(ConfigFile, ReadsBackWhatItWrites) {
  const std::vector<Assignment> written = {{"model", {"a: b # c"}, "", false},
                                           {"seed", {"1"}, "", false},
                                           {"text", {"-"}, "", false},
                                           {"reference", {"x, y", "it's", "[z]"}, "", true}};
  const auto read_back = read(format_config_file(written));
  ASSERT_EQ(read_back.size(), written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(read_back[i].name, written[i].name);
    EXPECT_EQ(read_back[i].values, written[i].values);
    EXPECT_EQ(read_back[i].is_list, written[i].is_list);
  }
  EXPECT_THAT(read(format_config_file({})), IsEmpty());
}

}  // namespace
}  // namespace dragoman
