#include "base/partial_file.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

constexpr const char* kIdentity = "beam-size: 5\nmodel: abc\n";

class PartialFileTest : public TemporaryFolderTest {
 protected:
  // A run that is interrupted after a checkpoint behind two lines and some more bytes.
  void begin() {
    PartialFile file(path_, kIdentity, false);
    file.write("one\ntwo\n");
    file.checkpoint("line 2");
    file.write("thr");
  }

  // Ends it.
  void finish(bool restart = false) {
    PartialFile file(path_, kIdentity, restart);
    file.write("three\n");
    file.commit();
  }

  // Nothing of what is there changes.
  void expect_refusal(const std::string& reason, const std::string& identity = kIdentity) {
    const std::string partial = read_file(partial_);
    EXPECT_THAT(
        [&] { PartialFile(path_, identity, false); },
        ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(path_.string()), HasSubstr(reason), HasSubstr("--restart"))));
    EXPECT_EQ(read_file(partial_), partial);
  }

  const fs::path path_ = folder_ / "out", partial_ = folder_ / "out.partial", progress_ = folder_ / "out.progress";
};

TEST_F(PartialFileTest, TakesItsNameAtTheEnd) {
  write_file_atomically(path_, "old");
  fs::permissions(path_, fs::perms(0640));
  PartialFile file(path_, kIdentity, false);
  file.write("new");
  EXPECT_EQ(read_file(path_), "old");
  file.checkpoint("half");
  EXPECT_EQ(fs::status(partial_).permissions(), fs::perms(0640));
  file.commit();
  EXPECT_EQ(read_file(path_), "new");
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0640));
  EXPECT_THAT(entries(), ElementsAre("out"));
}

TEST_F(PartialFileTest, ContinuesWhereTheLastCheckpointWas) {
  begin();
  EXPECT_THAT(entries(), ElementsAre("out.partial", "out.progress"));
  {
    PartialFile file(path_, kIdentity, false);
    EXPECT_EQ(file.note(), "line 2");
    EXPECT_EQ(read_file(file.partial()), "one\ntwo\n");
    file.write("three\n");
    file.checkpoint("line 3");
  }
  PartialFile file(path_, kIdentity, false);
  EXPECT_EQ(file.note(), "line 3");
  file.write("four\n");
  file.commit();
  EXPECT_EQ(read_file(path_), "one\ntwo\nthree\nfour\n");
  EXPECT_THAT(entries(), ElementsAre("out"));
}

TEST_F(PartialFileTest, RefusesAnotherIdentityAndNamesTheDifference) {
  begin();
  expect_refusal("another beam-size, 5 rather than 2", "beam-size: 2\nmodel: abc\n");
  expect_refusal("another model, abc rather than abd", "beam-size: 5\nmodel: abd\n");
  expect_refusal("another strict, nothing rather than true", "beam-size: 5\nmodel: abc\nstrict: true\n");
  expect_refusal("another model, abc rather than nothing", "beam-size: 5\n");
  finish();
  EXPECT_EQ(read_file(path_), "one\ntwo\nthree\n");
}

TEST_F(PartialFileTest, BeginsAnewWhenItIsTold) {
  begin();
  finish(true);
  EXPECT_EQ(read_file(path_), "three\n");
  EXPECT_THAT(entries(), ElementsAre("out"));
}

TEST_F(PartialFileTest, RefusesAnyChangeOfWhatIsKept) {
  begin();
  for (const fs::path& file : {partial_, progress_}) {
    const std::string text = read_file(file);
    const std::size_t kept = file == partial_ ? 8 : text.size();
    for (std::size_t i = 0; i < kept; ++i) {
      std::string changed = text;
      changed[i] ^= 1;
      write(file.filename(), changed);
      expect_refusal(file == partial_ ? "has changed" : "damaged");
      write(file.filename(), text.substr(0, i));
      expect_refusal(file == partial_ ? "has changed" : "damaged");
    }
    write_file_atomically(file, text);
  }
  finish();
  EXPECT_EQ(read_file(path_), "one\ntwo\nthree\n");
}

TEST_F(PartialFileTest, RefusesANoteOfAnotherVersion) {
  write_file_atomically(partial_, "one\ntwo\n");
  write_file_atomically(progress_, "2\n8\nmodel abc\n");
  expect_refusal("another program or version");
  EXPECT_EQ(read_file(progress_), "2\n8\nmodel abc\n");
}

TEST_F(PartialFileTest, RefusesWhatIsNotItsOwn) {
  write_file_atomically(partial_, "mine");
  expect_refusal("no " + progress_.string() + " that tells what it is");
  fs::remove(partial_);
  write_file_atomically(progress_, "mine");
  EXPECT_THAT([&] { PartialFile(path_, kIdentity, false); }, ThrowsMessage<std::runtime_error>(HasSubstr("damaged")));
  EXPECT_THAT(entries(), ElementsAre("out.progress"));
  write_file_atomically(partial_, "mine");
  finish(true);
  EXPECT_EQ(read_file(path_), "three\n");
}

TEST_F(PartialFileTest, RefusesWhatIsNoFile) {
  for (const fs::path& file : {partial_, progress_}) {
    const auto expect_refusal_and_remove = [&] {
      for (const bool restart : {false, true}) {
        EXPECT_THAT([&] { PartialFile(path_, kIdentity, restart); },
                    ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(file.string()), HasSubstr("no regular file"))));
      }
      EXPECT_THAT(entries(), ElementsAre(file.filename().string()));
      fs::remove(file);
    };
    ASSERT_EQ(::mkfifo(file.c_str(), 0666), 0);
    expect_refusal_and_remove();
    fs::create_directory(file);
    expect_refusal_and_remove();
    fs::create_symlink("elsewhere", file);
    expect_refusal_and_remove();
  }
}

TEST_F(PartialFileTest, BeginsAnewWhereNothingWasKept) {
  const auto expect_note = [&](const std::string& identity) {
    PartialFile file(path_, identity, false);
    EXPECT_EQ(file.note(), "");
    file.write("x");
  };
  // As a kill leaves it before the first checkpoint, or between the two steps of a beginning or an end.
  std::string progress;
  {
    PartialFile file(path_, kIdentity, false);
    progress = read_file(progress_);
  }
  write_file_atomically(partial_, "some");
  write_file_atomically(progress_, progress);
  expect_note("beam-size: 2\n");
  write_file_atomically(partial_, "");
  expect_note(kIdentity);
  begin();
  fs::remove(partial_);
  expect_note("beam-size: 2\n");
  EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(PartialFileTest, LeavesNothingWithoutACheckpoint) {
  PartialFile(path_, kIdentity, false).write("text");
  EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(PartialFileTest, RefusesASecondWriter) {
  PartialFile first(path_, kIdentity, false);
  first.write("text");
  for (const bool restart : {false, true}) {
    EXPECT_THAT([&] { PartialFile(path_, kIdentity, restart); },
                ThrowsMessage<std::runtime_error>(HasSubstr("another process")));
  }
  first.commit();
  EXPECT_EQ(read_file(path_), "text");
}

TEST_F(PartialFileTest, NamesWhatItCannotWrite) {
  EXPECT_THAT([&] { PartialFile(folder_ / "none" / "out", kIdentity, false); },
              ThrowsMessage<std::runtime_error>(HasSubstr("none/out")));
  EXPECT_THAT([&] { PartialFile(folder_, kIdentity, false); },
              ThrowsMessage<std::runtime_error>(HasSubstr("directory")));
  write_file_atomically(path_, "kept");
  fs::permissions(path_, fs::perms::owner_read);
  EXPECT_THAT([&] { PartialFile(path_, kIdentity, false); },
              ThrowsMessage<std::runtime_error>(HasSubstr("may not be written")));
  EXPECT_THAT(entries(), ElementsAre("out"));
}

}  // namespace
}  // namespace dragoman
