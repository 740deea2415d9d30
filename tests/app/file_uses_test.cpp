#include "app/cli/file_uses.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class FileUsesTest : public TemporaryFolderTest {
 protected:
  FileUsesTest() {
    write("text", "kept");
    fs::create_directory(path("model"));
    write("model/config.json", "{}");
    model_ = path("model");
    add("input", input_, "FILE", false);
    add("model", model_, "DIR", false);
    // Of an option that reads, wherever it stands among them.
    add("output", output_, "FILE", true);
    add("page", page_, "FILE", true);
    add("folder", folder_out_, "DIR", true);
    add("reference", reference_, "FILE", false);
  }

  void add(const std::string& name, std::string& field, const std::string& value_name, bool writes) {
    Option option = bind_field(field);
    option.name = name;
    option.value_name = value_name;
    option.writes = writes;
    options_.push_back(option);
  }

  void expect_refusal(const std::string& one, const std::string& other) const {
    EXPECT_THAT([&] { check_file_uses(options_, config_files_); },
                ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr(one), HasSubstr(other), HasSubstr("name"))));
  }
  void expect_pass() const { EXPECT_NO_THROW(check_file_uses(options_, config_files_)); }

  std::string input_, output_, page_, folder_out_, reference_, model_;
  std::deque<Option> options_;
  std::vector<std::string> config_files_;
};

TEST_F(FileUsesTest, AnOutputIsNoInput) {
  input_ = path("text");
  output_ = path("other");
  expect_pass();
  output_ = path("text");
  expect_refusal("--output " + output_, "--input " + input_);
  input_ = "";
  reference_ = path("text");
  expect_refusal("--output", "--reference");
  reference_ = "";
  config_files_ = {path("text")};
  expect_refusal("--output", "--config");
}

TEST_F(FileUsesTest, WhateverPathOrLinkLeadsToIt) {
  input_ = path("text");
  fs::create_symlink("text", path("soft"));
  fs::create_hard_link(path("text"), path("hard"));
  fs::create_directory_symlink(".", path("here"));
  for (const char* other : {"soft", "hard", "here/text", "./text", "model/../text"}) {
    output_ = path(other);
    expect_refusal("--output", "--input");
  }
}

TEST_F(FileUsesTest, AFileOfTheModelIsAnInput) {
  output_ = path("model/config.json");
  expect_refusal("--output", "--model");
  output_ = path("model/translation");
  expect_pass();
}

TEST_F(FileUsesTest, TwoOutputsAreTwoFiles) {
  output_ = path("new");
  page_ = path("other");
  expect_pass();
  page_ = path("model/../new");
  expect_refusal("--output", "--page");
  fs::create_symlink("new", path("link"));
  page_ = path("link");
  expect_refusal("--output", "--page");
}

TEST_F(FileUsesTest, DevicesMayBeNamedTwice) {
  input_ = reference_ = output_ = page_ = "/dev/null";
  expect_pass();
}

TEST_F(FileUsesTest, APipeIsNotBothEnds) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0666), 0);
  input_ = output_ = path("pipe");
  expect_refusal("--output", "--input");
}

TEST_F(FileUsesTest, StandardInputAndOutputAreFilesToo) {
  const Descriptor in(::dup(STDIN_FILENO)), out(::dup(STDOUT_FILENO));
  const Descriptor text(::open(path("text").c_str(), O_RDWR));
  ::dup2(text.number(), STDIN_FILENO);
  output_ = path("text");
  expect_refusal("--output", "standard input");
  ::dup2(in.number(), STDIN_FILENO);
  ::dup2(text.number(), STDOUT_FILENO);
  output_ = "-";
  input_ = path("text");
  expect_refusal("stdout", "--input");
  output_ = "/dev/stdout";
  expect_refusal("--output /dev/stdout", "--input");
  output_ = path("other");
  expect_pass();
  ::dup2(out.number(), STDOUT_FILENO);
}

TEST_F(FileUsesTest, AFolderThatHoldsSomethingElseIsNotReplaced) {
  folder_out_ = path("new");
  expect_pass();
  folder_out_ = path("model");
  expect_refusal("--folder", "--model");
  fs::create_directory_symlink("model", path("link"));
  folder_out_ = path("link");
  expect_refusal("--folder", "--model");
  model_ = "";
  expect_refusal("--folder " + folder_out_, "holds config.json");
  folder_out_ = path("text");
  expect_refusal("--folder", "is a file");
}

}  // namespace
}  // namespace dragoman
