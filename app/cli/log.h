#pragma once

#include "base/notice.h"

#include <mutex>
#include <string>

namespace dragoman {

/// Text for the user on stderr: lines that stay, and on a terminal one last line that is rewritten in place. Safe to
/// use from several threads. A stderr that nobody reads is no error.
class Log {
 public:
  /// quiet: nothing is written at all.
  explicit Log(bool quiet);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Control characters in `text` are escaped: it may hold names of files.
  void line(const std::string& text);

  /// Shows `text` below all lines, in place of the previous status; an empty one removes it. Does nothing but on a
  /// terminal.
  void status(const std::string& text);

  /// Whether stderr is a terminal that can rewrite a line.
  bool is_terminal() const { return is_terminal_; }
  /// Whether to use colours: a terminal, and NO_COLOR (https://no-color.org) is not set.
  bool has_color() const { return has_color_; }
  /// Columns of the terminal now, 80 if unknown.
  int width() const;

  /// Passes lines on, with `prefix` before each.
  Notice notice(std::string prefix = "");

 private:
  bool quiet_ = false;
  bool is_terminal_ = false;
  bool has_color_ = false;
  std::mutex mutex_;
  std::string status_;
};

}  // namespace dragoman
