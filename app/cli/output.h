#pragma once

#include "base/atomic_file.h"
#include "base/partial_file.h"

#include <memory>
#include <string>
#include <string_view>

namespace dragoman {

/// Thrown when nobody reads stdout any more; main() then ends the program without a word, as filters do.
struct ClosedPipe {};

/// How an output goes on where an earlier run was interrupted.
struct Resumption {
  std::string identity;  ///< as for PartialFile; empty: it takes one run
  bool restart = false;
};

/// Where results go: stdout ("-"), or a file that takes its name only when it is complete (AtomicFile), and may take
/// several runs to become so (PartialFile). A path that is no regular file (a device, a named pipe, /dev/stdout) is
/// written in place. Every failure is a std::runtime_error that names the path or "stdout".
class Output {
 public:
  explicit Output(const std::string& path, const Resumption& resumption = {});
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// The file, if it may take several runs; else null.
  const PartialFile* partial() const { return partial_.get(); }

  void write(std::string_view text);

  /// Hands on what has been written, so that a reader at the other end of a pipe sees it now.
  void flush();

  /// All that has been written is kept whatever happens, if this may take several runs; `note` is for the next one.
  void checkpoint(const std::string& note);

  /// Flushes, and gives a file its name. Without this call an existing file stays as it was.
  void finish();

 private:
  std::string name_;
  std::string buffer_;
  Descriptor in_place_;
  std::unique_ptr<PartialFile> partial_;
  std::unique_ptr<AtomicFile> whole_;
};

/// Throws std::invalid_argument if `path` ends as the name of a compressed file does: what is written is plain text.
void refuse_compressed_name(const std::string& path);

/// Writes `text` to stdout.
void print(std::string_view text);

}  // namespace dragoman
