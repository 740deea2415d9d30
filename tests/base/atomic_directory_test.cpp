#include "base/atomic_directory.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class AtomicDirectoryTest : public TemporaryFolderTest {
 protected:
  void put(const std::string& name, const std::string& text) const { write_file_atomically(path_ / name, text); }

  // A directory of one file of this text.
  void write(const std::string& text) const {
    AtomicDirectory whole(path_, "a test");
    write_file_atomically(whole.folder() / "file", text);
    whole.commit();
  }

  void expect_refusal(const std::string& reason) const {
    EXPECT_THAT(obstacle_to_replacing(path_), HasSubstr(reason));
    EXPECT_THAT([&] { AtomicDirectory(path_, "a test"); },
                ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(path_.string()), HasSubstr(reason))));
    EXPECT_THAT(entries(), ElementsAre(path_.filename().string()));
  }

  const fs::path path_ = folder_ / "whole";
};

TEST_F(AtomicDirectoryTest, TakesItsNameAtOnceAndMayBeWrittenAgain) {
  for (const std::string text : {"one", "two"}) {
    AtomicDirectory whole(path_, "a test");
    write_file_atomically(whole.folder() / "file", text);
    EXPECT_EQ(fs::exists(path_), text == "two");
    if (text == "two") {
      EXPECT_EQ(read_file(path_ / "file"), "one");
    }
    whole.commit();
    EXPECT_EQ(read_file(path_ / "file"), text);
    EXPECT_THAT(read_file(path_ / "written_by.txt"), HasSubstr("a test\n"));
    EXPECT_THAT(entries(), ElementsAre("whole"));
  }
}

TEST_F(AtomicDirectoryTest, LeavesNothingWithoutCommit) {
  write("old");
  {
    AtomicDirectory whole(path_, "a test");
    write_file_atomically(whole.folder() / "file", "half");
  }
  EXPECT_EQ(read_file(path_ / "file"), "old");
  EXPECT_THAT(entries(), ElementsAre("whole"));
}

TEST_F(AtomicDirectoryTest, LeavesNothingWhenItIsStopped) {
  write("old");
  for (const int last : {0, 1, 2, 3}) {
    int calls = 0;
    const StopCheck stop = [&] {
      if (calls++ == last) throw std::domain_error("stopped");
    };
    EXPECT_THROW(
        {
          AtomicDirectory whole(path_, "a test", stop);
          write_file_atomically(whole.folder() / "file", "new");
          whole.commit();
        },
        std::domain_error)
        << last;
    EXPECT_EQ(read_file(path_ / "file"), "old");
    EXPECT_THAT(entries(), ElementsAre("whole"));
  }
}

TEST_F(AtomicDirectoryTest, ReplacesAnEmptyDirectoryAndKeepsItsMode) {
  fs::create_directory(path_);
  fs::permissions(path_, fs::perms::owner_all);
  write("new");
  EXPECT_EQ(read_file(path_ / "file"), "new");
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_all);
}

TEST_F(AtomicDirectoryTest, MakesTheFoldersAbove) {
  AtomicDirectory(folder_ / "a" / "b" / "c/", "a test").commit();
  EXPECT_TRUE(fs::is_directory(folder_ / "a" / "b" / "c"));
}

TEST_F(AtomicDirectoryTest, MayBeNamedFromWhereOneIs) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  for (int time = 0; time < 2; ++time) AtomicDirectory("whole", "a test").commit();
  fs::current_path(before);
  EXPECT_TRUE(fs::is_directory(path_));
  EXPECT_THAT(entries(), ElementsAre("whole"));
}

TEST_F(AtomicDirectoryTest, ReplacesWhatALinkLeadsTo) {
  fs::create_directory(folder_ / "elsewhere");
  fs::create_directory_symlink("elsewhere/whole", path_);
  write("one");
  write("two");
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(read_file(folder_ / "elsewhere" / "whole" / "file"), "two");
}

TEST_F(AtomicDirectoryTest, RefusesADirectoryOfOthers) {
  fs::create_directory(path_);
  put("file", "mine");
  expect_refusal("holds file");
  EXPECT_EQ(read_file(path_ / "file"), "mine");
}

TEST_F(AtomicDirectoryTest, RefusesWhatSomebodyHasChanged) {
  const auto expect_refusal_after = [&](auto&& change) {
    fs::remove_all(path_);
    write("old");
    EXPECT_EQ(obstacle_to_replacing(path_), "");
    change();
    expect_refusal("and not only what");
  };
  expect_refusal_after([&] { put("file", "new"); });
  expect_refusal_after([&] { put("more", ""); });
  expect_refusal_after([&] { fs::remove(path_ / "file"); });
  expect_refusal_after([&] { fs::rename(path_ / "file", path_ / "other"); });
  expect_refusal_after([&] { fs::create_directory(path_ / "training"); });
  expect_refusal_after([&] { put("written_by.txt", "me\n"); });
  expect_refusal_after([&] {
    fs::rename(path_ / "file", path_ / "other");
    fs::create_symlink("other", path_ / "file");
  });
}

TEST_F(AtomicDirectoryTest, RefusesWhatComesWhileItIsWritten) {
  AtomicDirectory whole(path_, "a test");
  fs::create_directory(path_);
  put("file", "mine");
  EXPECT_THAT([&] { whole.commit(); }, ThrowsMessage<std::runtime_error>(HasSubstr("holds file")));
  EXPECT_EQ(read_file(path_ / "file"), "mine");
}

TEST_F(AtomicDirectoryTest, RefusesWhatIsNoPlaceForIt) {
  EXPECT_THAT(obstacle_to_replacing("."), HasSubstr("the folder that you are in"));
  EXPECT_THAT(obstacle_to_replacing("/proc"), HasSubstr("mounted"));
  write_file_atomically(path_, "mine");
  expect_refusal("is a file");
}

TEST_F(AtomicDirectoryTest, RefusesASecondWriter) {
  AtomicDirectory whole(path_, "a test");
  EXPECT_THAT([&] { AtomicDirectory(path_, "a test"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("another process is writing")));
}

TEST_F(AtomicDirectoryTest, RemovesWhatAKillHasLeft) {
  write("old");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    AtomicDirectory whole(path_, "a test");
    write_file_atomically(whole.folder() / "half", "half");
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(read_file(path_ / "file"), "old");
  write("new");
  EXPECT_EQ(read_file(path_ / "file"), "new");
  EXPECT_FALSE(fs::exists(path_ / "half"));
  EXPECT_THAT(entries(), ElementsAre("whole"));
}

}  // namespace
}  // namespace dragoman
