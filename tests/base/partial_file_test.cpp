#include "base/partial_file.h"

#include "base/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <stdlib.h>
#include <string>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

class PartialFileTest : public ::testing::Test {
 protected:
  PartialFileTest() {
    std::string name = ::testing::TempDir() + "partial_file_test.XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
    path_ = folder_ / "out";
  }
  ~PartialFileTest() override { fs::remove_all(folder_); }

  std::set<std::string> entries() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.insert(entry.path().filename().string());
    return names;
  }

  // A run that is interrupted after a checkpoint at 2 and some more bytes.
  void begin(const std::string& identity) {
    PartialFile file(path_, identity);
    file.write("one\ntwo\n");
    file.checkpoint(2);
    file.write("thr");
  }

  fs::path folder_, path_;
};

TEST_F(PartialFileTest, TakesItsNameAtTheEnd) {
  write_file_atomically(path_, "old");
  PartialFile file(path_, "a");
  file.write("new");
  EXPECT_EQ(read_file(path_), "old");
  file.checkpoint(1);
  EXPECT_EQ(file.position(), 0) << "of an earlier run";
  file.commit();
  EXPECT_EQ(read_file(path_), "new");
  EXPECT_THAT(entries(), ElementsAre("out"));
}

TEST_F(PartialFileTest, ContinuesWhereTheLastCheckpointWas) {
  begin("a\nb\n");
  EXPECT_THAT(entries(), ElementsAre("out.partial", "out.progress"));
  PartialFile file(path_, "a\nb\n");
  EXPECT_EQ(file.position(), 2);
  EXPECT_EQ(read_file(file.partial()), "one\ntwo\n");
  file.write("three\n");
  file.commit();
  EXPECT_EQ(read_file(path_), "one\ntwo\nthree\n");
  EXPECT_THAT(entries(), ElementsAre("out"));
}

TEST_F(PartialFileTest, StartsAnewForAnotherIdentity) {
  for (const std::string identity : {"b", "", "a\n"}) {
    begin("a");
    PartialFile file(path_, identity);
    EXPECT_EQ(file.position(), 0);
    file.write("x");
    file.commit();
    EXPECT_EQ(read_file(path_), "x");
    EXPECT_THAT(entries(), ElementsAre("out"));
  }
}

TEST_F(PartialFileTest, StartsAnewWhenTheNoteIsDamagedOrTellsOfMoreThanThereIs) {
  for (const char* note : {"", "2", "x\n8\na", "2\n9999\na"}) {
    begin("a");
    write_file_atomically(folder_ / "out.progress", note);
    EXPECT_EQ(PartialFile(path_, "a").position(), 0) << note;
  }
}

TEST_F(PartialFileTest, LeavesNothingWithoutACheckpoint) {
  PartialFile(path_, "a").write("text");
  EXPECT_THAT(entries(), IsEmpty());
  PartialFile file(path_, "");
  file.write("text");
  file.checkpoint(1);
  EXPECT_THAT(entries(), ElementsAre("out.partial")) << "without an identity there is nothing to note";
}

TEST_F(PartialFileTest, RefusesASecondWriter) {
  PartialFile first(path_, "a");
  first.write("text");
  EXPECT_THAT([&] { PartialFile(path_, "a"); }, ThrowsMessage<std::runtime_error>(HasSubstr("another process")));
  first.commit();
  EXPECT_EQ(read_file(path_), "text");
}

TEST_F(PartialFileTest, NamesWhatItCannotWrite) {
  EXPECT_THAT([&] { PartialFile(folder_ / "none" / "out", ""); },
              ThrowsMessage<std::runtime_error>(HasSubstr("none/out")));
  EXPECT_THAT([&] { PartialFile(folder_, ""); }, ThrowsMessage<std::runtime_error>(HasSubstr("directory")));
}

}  // namespace
}  // namespace dragoman
