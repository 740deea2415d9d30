#include "app/output.h"

#include "base/atomic_file.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <stdexcept>
#include <stdlib.h>
#include <string>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

class OutputTest : public ::testing::Test {
 protected:
  OutputTest() {
    std::string name = ::testing::TempDir() + "output_test.XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~OutputTest() override { fs::remove_all(folder_); }

  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(OutputTest, LeavesTheOldFileUntilItIsFinished) {
  const fs::path path = folder_ / "out";
  write_file_atomically(path, "old");
  {
    Output output(path.string());
    output.write("new");
    output.flush();
    EXPECT_EQ(read_file(path), "old");
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(entries(), 1u);
  Output output(path.string());
  output.write("ne");
  output.write("w\n");
  output.finish();
  EXPECT_EQ(read_file(path), "new\n");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(OutputTest, KeepsALinkAndReplacesTheFileBehindIt) {
  write_file_atomically(folder_ / "file", "old");
  fs::create_symlink("file", folder_ / "link");
  Output output((folder_ / "link").string());
  output.write("new");
  output.finish();
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read_file(folder_ / "file"), "new");
}

TEST_F(OutputTest, WritesToADeviceInPlace) {
  Output nowhere("/dev/null");
  nowhere.write("text");
  nowhere.finish();
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  Output full("/dev/full");
  full.write("text");
  EXPECT_THROW(full.finish(), std::runtime_error);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(OutputTest, RefusesADirectory) {
  EXPECT_THROW(Output(folder_.string()), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
