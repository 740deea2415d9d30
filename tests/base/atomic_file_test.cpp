#include "base/atomic_file.h"

#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class AtomicFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "atomic_file_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ / "file";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::ptrdiff_t files_in_folder() const {
    return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
  }

  std::filesystem::path folder_, path_;
};

TEST_F(AtomicFileTest, ReadsBackWhatWasWritten) {
  std::string text(1 << 20, 'x');
  text[5] = '\0';
  write_file_atomically(path_, text);
  EXPECT_EQ(read_file(path_), text);
  write_file_atomically(path_, "");
  EXPECT_EQ(read_file(path_), "");
  EXPECT_EQ(files_in_folder(), 1);
}

TEST_F(AtomicFileTest, KeepsTheOldContentUntilCommit) {
  write_file_atomically(path_, "old");
  AtomicFile file(path_);
  file.write("new, ");
  file.write(std::string("longer"));
  EXPECT_EQ(read_file(path_), "old");
  file.commit();
  EXPECT_EQ(read_file(path_), "new, longer");
  EXPECT_EQ(files_in_folder(), 1);
}

TEST_F(AtomicFileTest, KeepsTheOldContentWithoutCommit) {
  write_file_atomically(path_, "old");
  {
    AtomicFile file(path_);
    file.write("unfinished");
  }
  EXPECT_EQ(read_file(path_), "old");
  EXPECT_EQ(files_in_folder(), 1);
}

TEST_F(AtomicFileTest, LeavesNothingWhenKilled) {
  write_file_atomically(path_, "old");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    AtomicFile file(path_);
    file.write("unfinished");
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(read_file(path_), "old");
  EXPECT_EQ(files_in_folder(), 1);
}

TEST_F(AtomicFileTest, FollowsASymbolicLink) {
  const auto target = folder_ / "target", link = folder_ / "link", dangling = folder_ / "dangling";
  write_file_atomically(target, "old");
  std::filesystem::create_symlink("target", link);
  write_file_atomically(link, "new");
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(read_file(target), "new");
  std::filesystem::create_symlink("made", dangling);
  write_file_atomically(dangling, "first");
  EXPECT_EQ(read_file(folder_ / "made"), "first");
}

TEST_F(AtomicFileTest, KeepsTheOldContentWhenThereIsNoSpace) {
  write_file_atomically(path_, "old");
  // A limit on file sizes stands for a full disk: the second write fails with EFBIG instead of ENOSPC.
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  const rlimit small{1000, old_limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto write_too_much = [&] { write_file_atomically(path_, std::string(5000, 'x')); };
  EXPECT_THAT(write_too_much, ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(path_.string()), HasSubstr("write"))));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(read_file(path_), "old");
  EXPECT_EQ(files_in_folder(), 1);
}

TEST_F(AtomicFileTest, RefusesPlacesWhereNoFileCanBe) {
  EXPECT_THAT([&] { AtomicFile file(folder_); }, ThrowsMessage<std::runtime_error>(HasSubstr("is a directory")));
  const auto nowhere = folder_ / "missing" / "file";
  EXPECT_THAT([&] { AtomicFile file(nowhere); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(nowhere.string()), HasSubstr("there is no folder"))));
}

TEST_F(AtomicFileTest, NamesTheFileThatCannotBeRead) {
  EXPECT_THAT([&] { read_file(path_); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(path_.string()), HasSubstr("No such file"))));
  EXPECT_THAT([&] { read_file(folder_); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(folder_.string()), HasSubstr("directory"))));
}

}  // namespace
}  // namespace dragoman
