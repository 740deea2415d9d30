#include "base/atomic_file.h"

#include "base/file_place.h"
#include "tests/data/temporary_folder.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

bool folders_cannot_be_synced = false;

}  // namespace

// Takes the place of the system's, which it calls.
extern "C" int fsync(int file) {
  struct stat status {};
  if (folders_cannot_be_synced && ::fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fsync, file));
}

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class AtomicFileTest : public TemporaryFolderTest {
 protected:
  std::size_t files_in_folder() const { return entries().size(); }

  const std::filesystem::path path_ = folder_ / "file";
};

TEST_F(AtomicFileTest, ReadsBackWhatWasWritten) {
  std::string text(1 << 20, 'x');
  text[5] = '\0';
  write_file_atomically(path_, text);
  EXPECT_EQ(read_file(path_), text);
  write_file_atomically(path_, "");
  EXPECT_EQ(read_file(path_), "");
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(AtomicFileTest, KeepsTheOldContentUntilCommit) {
  write_file_atomically(path_, "old");
  AtomicFile file(path_);
  file.write("new, ");
  file.write(std::string("longer"));
  EXPECT_EQ(read_file(path_), "old");
  file.commit();
  EXPECT_EQ(read_file(path_), "new, longer");
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(AtomicFileTest, KeepsTheOldContentWithoutCommit) {
  write_file_atomically(path_, "old");
  {
    AtomicFile file(path_);
    file.write("unfinished");
  }
  EXPECT_EQ(read_file(path_), "old");
  EXPECT_EQ(files_in_folder(), 1u);
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
  EXPECT_EQ(files_in_folder(), 1u);
}

// A kill between the two steps that it takes to replace a file leaves the name of the first.
TEST_F(AtomicFileTest, RemovesWhatAKillHasLeft) {
  write_file_atomically(path_, "old");
  for (const std::string half : {"", "half"}) {
    std::ofstream(temporary_name(path_)) << half;
    write_file_atomically(path_, "new");
    EXPECT_EQ(read_file(path_), "new");
    EXPECT_EQ(files_in_folder(), 1u);
  }
}

TEST_F(AtomicFileTest, WaitsForAnotherThatIsReplacingTheSame) {
  write_file_atomically(path_, "old");
  AtomicFile file(path_);
  file.write("new");
  std::optional<Descriptor> other(::open(temporary_name(path_).c_str(), O_WRONLY | O_CREAT, 0666));
  ASSERT_EQ(::flock(other->number(), LOCK_EX), 0);
  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(read_file(path_), "old");
    std::filesystem::remove(temporary_name(path_));
    other.reset();
  });
  file.commit();
  ends.join();
  EXPECT_EQ(read_file(path_), "new");
  EXPECT_EQ(files_in_folder(), 1u);
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
  EXPECT_EQ(files_in_folder(), 1u);
}

// What was written may then be gone after a loss of power.
TEST_F(AtomicFileTest, SaysThatItsFolderCannotBeSynced) {
  folders_cannot_be_synced = true;
  EXPECT_THAT([&] { write_file_atomically(path_, "new"); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(folder_.string()), HasSubstr("sync"))));
  folders_cannot_be_synced = false;
  EXPECT_NO_THROW(write_file_atomically(path_, "new"));
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
