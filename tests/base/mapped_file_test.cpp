#include "base/mapped_file.h"

#include "tests/data/temporary_folder.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <span>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class MappedFileTest : public TemporaryFolderTest {
 protected:
  static std::string read(const MappedFile& file, std::size_t begin, std::size_t count) {
    std::string bytes(count, '?');
    file.read(begin, std::as_writable_bytes(std::span(bytes)));
    return bytes;
  }
};

TEST_F(MappedFileTest, ShowsAndReadsWhatIsInTheFile) {
  const MappedFile file(write("file", "a longer text"));
  EXPECT_EQ(file.bytes(), "a longer text");
  EXPECT_EQ(read(file, 2, 6), "longer");
  EXPECT_EQ(read(file, 0, 13), "a longer text");
  EXPECT_EQ(read(file, 13, 0), "");
  EXPECT_EQ(MappedFile(write("empty", "")).bytes(), "");
}

TEST_F(MappedFileTest, ServesOnWhenTheFileIsReplaced) {
  const MappedFile file(write("file", "old text"));
  std::filesystem::remove(path("file"));
  write("file", "new text");
  EXPECT_EQ(file.bytes(), "old text");
  EXPECT_EQ(read(file, 0, 3), "old");
}

TEST_F(MappedFileTest, NamesTheFileThatCannotBeRead) {
  const auto message = [&](const std::string& reason) {
    return ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(path("file")), HasSubstr(reason)));
  };
  EXPECT_THAT([&] { MappedFile(path("file")); }, message("cannot open: No such file"));
  const MappedFile file(write("file", "text"));
  EXPECT_THAT([&] { read(file, 2, 3); }, message("cannot read: the file has become shorter"));
  EXPECT_THAT([&] { MappedFile(path("")); }, ThrowsMessage<std::runtime_error>(HasSubstr("Is a directory")));
}

TEST_F(MappedFileTest, EndsWithALineWhereTheFileIsCutShort) {
  const std::string name = write("long", std::string(100'000, 'x'));
  const MappedFile file(name), other(write("other", "y"));
  EXPECT_EQ(file.bytes()[90'000], 'x');
  std::filesystem::resize_file(name, 5000);
  EXPECT_EQ(other.bytes(), "y");
  EXPECT_EXIT(
      {
        volatile char last = file.bytes()[90'000];
        static_cast<void>(last);
      },
      testing::ExitedWithCode(1), "^dragoman: .*/long: cannot read: the file has become shorter[^\n]*\n$");
}

TEST_F(MappedFileTest, OtherFaultsEndAsEver) {
  const MappedFile file(write("file", "x"));
  EXPECT_EXIT(std::raise(SIGBUS), testing::KilledBySignal(SIGBUS), "^$");
}

TEST_F(MappedFileTest, TellsWhetherItWasWrittenTo) {
  const std::string name = write("file", "first");
  const MappedFile file(name);
  EXPECT_NO_THROW(file.require_unchanged());
  write("new", "other");
  std::filesystem::rename(path("new"), name);  // that is another file
  EXPECT_NO_THROW(file.require_unchanged());

  const MappedFile replaced(name);
  std::filesystem::last_write_time(name, std::filesystem::last_write_time(name) + std::chrono::seconds(1));
  EXPECT_THAT([&] { replaced.require_unchanged(); },
              ThrowsMessage<std::runtime_error>(HasSubstr(name + ": was written to while it was read")));
}

}  // namespace
}  // namespace dragoman
