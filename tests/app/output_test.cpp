#include "app/cli/output.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"

#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

class OutputTest : public TemporaryFolderTest {};

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
  EXPECT_THAT(entries(), ElementsAre("out"));
  Output output(path.string());
  output.write("ne");
  output.write("w\n");
  output.finish();
  EXPECT_EQ(read_file(path), "new\n");
  EXPECT_THAT(entries(), ElementsAre("out"));
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

TEST_F(OutputTest, WritesThroughAnOpenDescriptorBehindWhatIsThere) {
  const fs::path path = folder_ / "out";
  const Descriptor opened(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666));
  ASSERT_TRUE(write_all(opened.number(), "header\n"));
  Output output(fmt::format("/dev/fd/{}", opened.number()), {"identity: 1\n", false});
  output.write("text\n");
  output.checkpoint("1");
  output.finish();
  ASSERT_TRUE(write_all(opened.number(), "footer\n"));
  EXPECT_EQ(read_file(path), "header\ntext\nfooter\n");
  EXPECT_THAT(entries(), ElementsAre("out"));
}

TEST_F(OutputTest, IsContinuedIfItHasAnIdentity) {
  const std::string path = folder_ / "out";
  for (const bool first : {true, false}) {
    Output output(path, {"identity: 1\n", false});
    ASSERT_NE(output.partial(), nullptr);
    EXPECT_EQ(output.partial()->note(), first ? "" : "half");
    output.write(first ? "one\n" : "two\n");
    if (first) {
      output.checkpoint("half");
    } else {
      output.finish();
    }
  }
  EXPECT_EQ(read_file(path), "one\ntwo\n");
  EXPECT_EQ(Output(path).partial(), nullptr);
}

TEST_F(OutputTest, LeavesAnotherRunsPartialFileAlone) {
  write("out.partial", "mine");
  Output output(folder_ / "out");
  output.write("text");
  output.finish();
  EXPECT_EQ(read_file(folder_ / "out.partial"), "mine");
  EXPECT_EQ(read_file(folder_ / "out"), "text");
}

TEST_F(OutputTest, RefusesADirectory) {
  EXPECT_THROW(Output(folder_.string()), std::runtime_error);
}

TEST_F(OutputTest, RefusesTheNameOfACompressedFile) {
  EXPECT_THROW(Output((folder_ / "out.gz").string()), std::invalid_argument);
  EXPECT_THROW(refuse_compressed_name("out.xz"), std::invalid_argument);
  EXPECT_NO_THROW(refuse_compressed_name("out.gz.txt"));
  EXPECT_TRUE(entries().empty());
}

}  // namespace
}  // namespace dragoman
