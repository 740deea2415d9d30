#include "base/file_place.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class FilePlaceTest : public TemporaryFolderTest {
 protected:
  const fs::path path_ = folder_ / "file";
};

TEST_F(FilePlaceTest, FollowsLinksToWhatNeedNotExist) {
  fs::create_symlink("two", folder_ / "one");
  fs::create_symlink("file", folder_ / "two");
  EXPECT_EQ(behind_links(folder_ / "one"), path_);
  EXPECT_EQ(file_to_replace(folder_ / "one"), path_);
  EXPECT_EQ(behind_links(path_), path_);
}

TEST_F(FilePlaceTest, RefusesAFileThatNobodyMayWrite) {
  write_file_atomically(path_, "kept");
  EXPECT_EQ(file_to_replace(path_), path_);
  fs::permissions(path_, fs::perms::owner_read);
  EXPECT_THAT([&] { file_to_replace(path_); }, ThrowsMessage<std::runtime_error>(HasSubstr("may not be written")));
  EXPECT_THAT([&] { AtomicFile file(path_); }, ThrowsMessage<std::runtime_error>(HasSubstr("chmod u+w")));
}

TEST_F(FilePlaceTest, OpensNothingInPlaceThatCanBeReplaced) {
  write_file_atomically(path_, "kept");
  EXPECT_FALSE(open_in_place(path_));
  EXPECT_FALSE(open_in_place(folder_));
  EXPECT_FALSE(open_in_place(folder_ / "none"));
  EXPECT_FALSE(open_in_place(folder_ / "3"));
}

TEST_F(FilePlaceTest, WritesThroughADescriptorBehindWhatIsThere) {
  const Descriptor opened(::open(path_.c_str(), O_RDWR | O_CREAT, 0666));
  ASSERT_TRUE(write_all(opened.number(), "header\n"));
  fs::create_symlink(fmt::format("/dev/fd/{}", opened.number()), folder_ / "link");
  for (const std::string folder : {"/dev/fd/", "/proc/self/fd/"})
    write_file_atomically(folder + std::to_string(opened.number()), "line\n");
  write_file_atomically(folder_ / "link", "last\n");
  EXPECT_EQ(read_file(path_), "header\nline\nline\nlast\n");
}

TEST_F(FilePlaceTest, RefusesDescriptorsThatCannotBeWritten) {
  write_file_atomically(path_, "kept");
  const Descriptor opened = open_to_read(path_);
  const auto name = [](int number) { return fmt::format("/dev/fd/{}", number); };
  EXPECT_THAT([&] { open_in_place(name(opened.number())); },
              ThrowsMessage<std::runtime_error>(HasSubstr("reading only")));
  EXPECT_THAT([&] { open_in_place(name(9999)); }, ThrowsMessage<std::runtime_error>(HasSubstr("/dev/fd/9999")));
}

TEST_F(FilePlaceTest, WritesIntoANamedPipe) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0666), 0);
  const Descriptor reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK));
  write_file_atomically(path_, "text");
  char bytes[8];
  EXPECT_EQ(std::string(bytes, read_some(reader, bytes, sizeof bytes, path_)), "text");
  EXPECT_TRUE(fs::is_fifo(path_));
}

TEST_F(FilePlaceTest, AReplacedFileKeepsItsMode) {
  write_file_atomically(path_, "old");
  for (const fs::perms mode : {fs::perms(0600), fs::perms(0664), fs::perms(0755)}) {
    fs::permissions(path_, mode);
    write_file_atomically(path_, "new");
    EXPECT_EQ(fs::status(path_).permissions(), mode);
  }
}

TEST_F(FilePlaceTest, AReplacedFileKeepsItsOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  write_file_atomically(path_, "old");
  ASSERT_EQ(::chown(path_.c_str(), 12, 34), 0);
  write_file_atomically(path_, "new");
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 12u);
  EXPECT_EQ(status.st_gid, 34u);
}

TEST_F(FilePlaceTest, SyncsTheFolderOfAName) {
  EXPECT_NO_THROW(sync_folder_of(path_));
  EXPECT_NO_THROW(sync_folder_of("name"));
  EXPECT_NO_THROW(sync_folder_of("/proc/self/none"));
}

}  // namespace
}  // namespace dragoman
