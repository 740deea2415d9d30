#include "data/line_reader.h"

#include "base/counter_random.h"
#include "tests/data/temporary_folder.h"
#include "tests/data/text_encoding.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StrEq;
using ::testing::ThrowsMessage;
using namespace std::string_view_literals;
using Lines = std::vector<std::string>;

class LineReaderTest : public TemporaryFolderTest {};

struct Case {
  std::string_view name;
  std::string_view bytes;
  Lines lines;
};

TEST_F(LineReaderTest, SplitsAtLineFeedsOnly) {
  const Case cases[] = {
      {"empty file", "", {}},
      {"one line", "a\n", {"a"}},
      {"last line without its end", "a\nb", {"a", "b"}},
      {"blank lines", "\n\na\n\n", {"", "", "a", ""}},
      {"carriage return and line feed", "a\r\n\r\nb\r\n", {"a", "", "b"}},
      {"only the last carriage return goes", "a\r\r\n", {"a\r"}},
      {"lone carriage returns stay", "a\rb\nc\r", {"a\rb", "c\r"}},
      {"U+2028, U+2029, U+0085 stay", "a\u2028b\u2029c\u0085d\n", {"a\u2028b\u2029c\u0085d"}},
      {"vertical tab, form feed, separators stay", "a\vb\fc\x1C\x1D\x1E\n", {"a\vb\fc\x1C\x1D\x1E"}},
      {"NUL stays", "a\0b\n"sv, {std::string("a\0b", 3)}},
      {"byte order mark goes",
       "\xEF\xBB\xBF"
       "a\nb\n",
       {"a", "b"}},
      {"byte order mark before a blank line", "\xEF\xBB\xBF\nb\n", {"", "b"}},
      {"nothing but a byte order mark", "\xEF\xBB\xBF", {}},
      {"byte order mark further on stays",
       "a\n\xEF\xBB\xBF"
       "b\n",
       {"a",
        "\xEF\xBB\xBF"
        "b"}},
      {"first byte of gzip alone", "\x1F", {"\x1F"}},
      {"first byte of gzip in text", "\x1F\nb", {"\x1F", "b"}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(read_lines(write("plain", c.bytes)), c.lines) << c.name;
    EXPECT_EQ(read_lines(write_gzip("compressed", c.bytes)), c.lines) << c.name << ", gzip";
  }
}

TEST_F(LineReaderTest, CountsLines) {
  LineReader reader(write("file", "a\n\nb"));
  std::string line = "left over";
  EXPECT_EQ(reader.line_number(), 0);
  EXPECT_TRUE(reader.next(line));
  EXPECT_EQ(reader.line_number(), 1);
  EXPECT_TRUE(reader.next(line));
  EXPECT_EQ(line, "");
  EXPECT_TRUE(reader.next(line));
  EXPECT_EQ(reader.line_number(), 3);
  EXPECT_FALSE(reader.next(line));
  EXPECT_EQ(line, "");
  EXPECT_FALSE(reader.next(line));
  EXPECT_EQ(reader.line_number(), 3);
}

// Lines of all lengths up to several buffers, so that every kind of border falls somewhere.
TEST_F(LineReaderTest, ReadsLargeFiles) {
  CounterRandom random(1, RandomPurpose::sampling, 0);
  Lines lines;
  for (int i = 0; i < 3000; ++i) {
    std::string line(random.below(i % 100 == 0 ? 200'000 : 500), ' ');
    for (char& c : line) c = static_cast<char>('a' + random.below(26));
    lines.push_back(line);
  }
  std::string text;
  for (const auto& line : lines) text += line + "\r\n";
  EXPECT_EQ(read_lines(write("plain", text)), lines);
  EXPECT_EQ(read_lines(write_gzip("compressed", text)), lines);
}

TEST_F(LineReaderTest, ReadsGzipOfSeveralMembersAndPadding) {
  const std::string first = bytes_of(write_gzip("1", "a\nb")), second = bytes_of(write_gzip("2", "c\nd\n"));
  EXPECT_THAT(read_lines(write("both", first + second)), ElementsAre("a", "bc", "d"));
  EXPECT_THAT(read_lines(write("padded", first + std::string(70'000, '\0') + second + std::string(9, '\0'))),
              ElementsAre("a", "bc", "d"));
}

TEST_F(LineReaderTest, RefusesGzipCutAnywhere) {
  const std::string whole = bytes_of(write_gzip("whole.gz", "some text\nin two lines\n"));
  for (std::size_t size = 2; size < whole.size(); ++size) {
    const std::string cut = write("cut.gz", whole.substr(0, size));
    EXPECT_THAT([&] { read_lines(cut); }, ThrowsMessage<std::runtime_error>(HasSubstr(cut + ": truncated gzip file")))
        << size << " bytes of " << whole.size();
  }
}

TEST_F(LineReaderTest, RefusesDamagedGzip) {
  const std::string whole = bytes_of(write_gzip("whole.gz", "some text\nin two lines\n"));
  std::string flipped = whole;
  flipped[whole.size() - 6] ^= 1;  // in the check sum
  for (const std::string& bytes : {flipped, whole + "rubbish"}) {
    const std::string file = write("damaged.gz", bytes);
    EXPECT_THAT([&] { read_lines(file); }, ThrowsMessage<std::runtime_error>(HasSubstr(file + ": damaged gzip file")));
  }
}

TEST_F(LineReaderTest, RefusesWhatIsNoReadableFile) {
  EXPECT_THAT([&] { LineReader reader(path("missing")); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(path("missing")), HasSubstr("No such file"))));
  EXPECT_THAT([&] { LineReader reader(folder_.string()); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(folder_.string()), HasSubstr("is a directory"))));
}

TEST_F(LineReaderTest, RefusesWhatIsNoText) {
  const std::u32string text = U"A man sleeps.\nTwo dogs run.\n";
  const std::string xz = write("text.xz",
                               "\xFD"
                               "7zXZ\0\0\4"sv);
  EXPECT_THAT([&] { read_lines(xz); }, ThrowsMessage<std::runtime_error>(StrEq(
                                           xz + ": is compressed by xz; unpack it: xz -dc " + xz + " | dragoman ...")));
  const std::string utf16_file = write("utf16", utf16(text, ByteOrder::little, false));
  for (const Utf8 policy : {Utf8::refuse, Utf8::replace, Utf8::keep}) {
    EXPECT_THAT([&] { read_lines(utf16_file, policy); },
                ThrowsMessage<std::runtime_error>(StrEq(utf16_file +
                                                        ": is text in UTF-16; convert it: iconv -f utf-16le -t utf-8 " +
                                                        utf16_file + " | dragoman ...")));
  }
  const std::string packed = write_gzip("utf16.gz", utf16(text, ByteOrder::big, true));
  EXPECT_THAT([&] { read_lines(packed); },
              ThrowsMessage<std::runtime_error>(StrEq(packed + ": is text in UTF-16; convert it: zcat " + packed +
                                                      " | iconv -f utf-16 -t utf-8 - | dragoman ...")));
}

TEST_F(LineReaderTest, DoesNotSuggestLatin1ForALineWithNulBytes) {
  const std::string file = write("odd", "good\nb\xFC\0d\n"sv);
  EXPECT_THAT([&] { read_lines(file); },
              ThrowsMessage<std::runtime_error>(
                  StrEq(file + ":2: invalid UTF-8 (byte 2 of the line); convert the file to UTF-8")));
}

/// Puts a pipe in the place of standard input for as long as it lives.
class StandardInputPipe {
 public:
  StandardInputPipe() : saved_(::dup(STDIN_FILENO)) {
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0) ADD_FAILURE() << "no pipe";
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    writer_ = ends[1];
  }
  ~StandardInputPipe() {
    end();
    ::dup2(saved_, STDIN_FILENO);
    ::close(saved_);
  }
  void write(std::string_view text) {
    EXPECT_EQ(::write(writer_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (writer_ >= 0) ::close(writer_);
    writer_ = -1;
  }

 private:
  int saved_, writer_ = -1;
};

// Reading on would wait forever here: the writer answers only after it has got its line.
TEST_F(LineReaderTest, HandsOutALineOfStandardInputAsSoonAsItIsThere) {
  StandardInputPipe pipe;
  LineReader reader("-");
  std::string line;
  for (const std::string text : {"first", "second"}) {
    pipe.write(text + "\n");
    ASSERT_TRUE(reader.next(line));
    EXPECT_EQ(line, text);
  }
  pipe.end();
  EXPECT_FALSE(reader.next(line));
}

TEST_F(LineReaderTest, TellsWhetherALineHasArrived) {
  StandardInputPipe pipe;
  LineReader reader("-");
  EXPECT_FALSE(reader.has_line());
  pipe.write("first\nsec");
  EXPECT_TRUE(reader.has_line());
  std::string line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "first");
  EXPECT_FALSE(reader.has_line()) << "half a line is not enough";
  pipe.write("ond\nthird");
  EXPECT_TRUE(reader.has_line());
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "second");
  EXPECT_FALSE(reader.has_line());
  pipe.end();
  EXPECT_TRUE(reader.has_line());
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "third");
  EXPECT_TRUE(reader.has_line()) << "the end needs no waiting either";
  EXPECT_FALSE(reader.next(line));
}

TEST_F(LineReaderTest, RecognisesGzipOnStandardInputByteByByte) {
  const std::string bytes = bytes_of(write_gzip("x", "a\nb\n"));
  StandardInputPipe pipe;
  LineReader reader("-");
  for (const char byte : bytes) pipe.write({&byte, 1});
  pipe.end();
  std::string line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "a");
}

TEST_F(LineReaderTest, NamesStandardInput) {
  StandardInputPipe pipe;
  pipe.write("\xFF\n");
  pipe.end();
  EXPECT_THAT([] { read_lines("-"); }, ThrowsMessage<std::runtime_error>(HasSubstr("standard input:1: invalid UTF-8")));
}

TEST_F(LineReaderTest, RefusesInvalidUtf8WithItsPlaceAndARemedy) {
  const std::string file = write("latin1", "fine\ngr\xFC\xDF\n");
  EXPECT_THAT([&] { read_lines(file); }, ThrowsMessage<std::runtime_error>(
                                             StrEq(file + ":2: invalid UTF-8 (byte 3 of the line); convert the file to "
                                                          "UTF-8, e.g. iconv -f latin1 -t utf8")));
  const std::string marked = write("marked",
                                   "\xEF\xBB\xBF"
                                   "a\xFF\n");
  EXPECT_THAT([&] { read_lines(marked); }, ThrowsMessage<std::runtime_error>(HasSubstr("(byte 5 of the line)")));
}

TEST_F(LineReaderTest, ReplacesInvalidUtf8WithANotice) {
  const std::string file = write("latin1", "fine\ngr\xFC\xDF\nfine");
  Lines notices;
  const Lines lines = read_lines(file, Utf8::replace, [&](const std::string& text) { notices.push_back(text); });
  EXPECT_THAT(lines, ElementsAre("fine", "gr\uFFFD\uFFFD", "fine"));
  EXPECT_THAT(notices, ElementsAre(AllOf(HasSubstr(file + ":2: "), HasSubstr("replaced by U+FFFD"))));
  EXPECT_EQ(read_lines(file, Utf8::replace), lines);
}

TEST_F(LineReaderTest, CountsInvalidLinesBeyondTheFirstTen) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "\xFF\n";
  Lines notices;
  read_lines(write("binary", text), Utf8::replace, [&](const std::string& line) { notices.push_back(line); });
  ASSERT_EQ(notices.size(), 11u);
  EXPECT_THAT(notices.back(), HasSubstr("in 500 lines altogether"));
}

TEST_F(LineReaderTest, KeepsInvalidUtf8WhenAsked) {
  EXPECT_THAT(read_lines(write("latin1", "gr\xFC\xDF\n"), Utf8::keep), ElementsAre("gr\xFC\xDF"));
}

TEST_F(LineReaderTest, RequiresWhatCanBeReadAgain) {
  EXPECT_NO_THROW(require_readable_again(write("text", "a\n")));
  EXPECT_NO_THROW(require_readable_again(path("nothing"))) << "whoever opens it says more";
  EXPECT_NO_THROW(require_readable_again(folder_.string()));
  const std::string fifo = path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(
      [&] { require_readable_again(fifo); },
      ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(fifo + ": is a pipe"), HasSubstr("write it to a file"))));
  EXPECT_THAT([] { require_readable_again("-"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("standard input: is a pipe")));
}

TEST_F(LineReaderTest, KnowsWhatCanBeReadAgain) {
  EXPECT_TRUE(can_be_read_again(write("text", "a\n")));
  EXPECT_FALSE(can_be_read_again(path("nothing")));
  EXPECT_FALSE(can_be_read_again("/dev/null"));
  const std::filesystem::path before = std::filesystem::current_path();
  write("-", "a\n");
  std::filesystem::current_path(path(""));
  EXPECT_FALSE(can_be_read_again("-")) << "whatever is called so here";
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace dragoman
