#pragma once

#include "base/partial_file.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dragoman {

/// Thrown when nobody reads stdout any more; main() then ends the program without a word, as filters do.
struct ClosedPipe {};

/// Where results go: stdout ("-"), or a file that takes its name only when it is complete, and may take several runs to
/// become so (PartialFile). A path that is no regular file (a device, a named pipe) is written in place. Every failure
/// is a std::runtime_error that names the path or "stdout".
class Output {
 public:
  /// identity: as for PartialFile.
  explicit Output(const std::string& path, const std::string& identity = "");
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// The file that an earlier run began and this one continues; null if there is nothing to continue.
  const PartialFile* continued() const { return file_ && file_->position() > 0 ? file_.get() : nullptr; }

  void write(std::string_view text);

  /// Hands on what has been written, so that a reader at the other end of a pipe sees it now.
  void flush();

  /// All that has been written stands for the first `position` pieces of the work, and is kept whatever happens.
  void checkpoint(std::int64_t position);

  /// Flushes, and gives a file its name. Without this call an existing file stays as it was.
  void finish();

 private:
  std::string name_;
  std::string buffer_;
  int descriptor_ = -1;
  std::unique_ptr<PartialFile> file_;
};

/// Writes `text` to stdout.
void print(std::string_view text);

}  // namespace dragoman
