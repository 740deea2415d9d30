#pragma once

#include "base/notice.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// What to do with a line that is not valid UTF-8.
enum class Utf8 {
  refuse,   ///< throw std::runtime_error with file, line, byte and remedy
  replace,  ///< put U+FFFD for each ill-formed part, and send a Notice that names the line (the first ten; then a
            ///< count)
  keep,     ///< hand it out as it is
};

/// Reads a text file line by line; `path` "-" is standard input. Gzip is recognised by the contents, not by the name.
///
/// Only a line feed ends a line (a carriage return directly before it goes with it); a lone carriage return, U+2028,
/// vertical tab and form feed are part of the line. A last line without a line feed counts, and a byte order mark at
/// the start of the file is dropped. A line is handed out as soon as it has arrived, so that the reader serves as the
/// input of a filter. Throws std::runtime_error naming the file if it is missing, a directory, unreadable, truncated or
/// damaged gzip, or by its first bytes no text (not_text.h).
class LineReader {
 public:
  explicit LineReader(const std::string& path, Utf8 policy = Utf8::keep, Notice notice = {});
  ~LineReader();
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;

  /// Reads the next line, without its end, into `line`. False, with `line` empty, when there is none.
  bool next(std::string& line);

  /// Whether next() answers without waiting for whoever writes the input: a whole line has arrived, or the end. A
  /// writer that is at work gets a moment.
  bool has_line();

  /// Number of the line that next() gave last, counted from 1; 0 before the first.
  std::int64_t line_number() const { return line_number_; }

  /// The file as error messages name it.
  const std::string& name() const { return name_; }

 private:
  class Bytes;
  bool next_raw(std::string& line);
  void check_utf8(std::string& line);

  std::string name_;
  Utf8 policy_;
  Notice notice_;
  std::unique_ptr<Bytes> bytes_;
  std::string begun_;                // the first part of the next line
  std::string_view pending_;         // the bytes behind it, read and not yet handed out
  bool ended_by_line_feed_ = false;  // the line that next_raw() gave last
  std::size_t offset_ = 0;           // bytes dropped at the start of the current line
  std::int64_t line_number_ = 0;
  std::int64_t ill_formed_lines_ = 0;
};

/// Whether what a LineReader takes from `path` is there for another one, too: not standard input, nor a pipe.
bool can_be_read_again(const std::string& path);

/// Throws std::runtime_error, with the remedy, if it is a text that is not: for a command that reads its text several
/// times. What is not there at all is left to whoever opens it.
void require_readable_again(const std::string& path);

/// All lines of a file.
std::vector<std::string> read_lines(const std::string& path, Utf8 policy = Utf8::refuse, const Notice& notice = {});

}  // namespace dragoman
