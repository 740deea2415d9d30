#pragma once

#include "base/atomic_file.h"

#include <memory>
#include <string>
#include <string_view>

namespace dragoman {

/// Thrown when nobody reads stdout any more; main() then ends the program without a word, as filters do.
struct ClosedPipe {};

/// Where results go: stdout ("-"), or a file that takes its name only when it is complete. A path that is no regular
/// file (a device, a named pipe) is written in place. Every failure is a std::runtime_error that names the path or
/// "stdout".
class Output {
 public:
  explicit Output(const std::string& path);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text);

  /// Hands on what has been written, so that a reader at the other end of a pipe sees it now.
  void flush();

  /// Flushes, and gives a file its name. Without this call an existing file stays as it was.
  void finish();

 private:
  std::string name_;
  std::string buffer_;
  int descriptor_ = -1;
  std::unique_ptr<AtomicFile> file_;
};

/// Writes `text` to stdout.
void print(std::string_view text);

}  // namespace dragoman
