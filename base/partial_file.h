#pragma once

#include "base/descriptor.h"
#include "base/text_position.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace dragoman {

/// A file that may take several runs to write. Bytes go to `path`.partial, and checkpoint() notes in `path`.progress
/// how far they are worth keeping, with a checksum of them; a later run of the same identity continues there. Until
/// commit() gives the file its name, with the mode and owner of what was there, what was at `path` stays. One process
/// at a time: the next is refused. `path` is a regular file or nothing, or a link to such. Every failure is a
/// std::runtime_error that names the file.
///
/// Nothing is dropped without a word: what an earlier run left is continued or, if it has another identity or anything
/// of it has changed, refused, and so are files of these two names that are none of ours. Only where an earlier run had
/// nothing worth keeping does the next begin anew.
class PartialFile {
 public:
  /// identity: whatever the contents depend on, lines of "NAME: VALUE"; a refusal names the first that differs.
  /// restart: drops what is there under the two names, unless it is no regular file.
  PartialFile(const std::filesystem::path& path, std::string identity, bool restart);
  /// Keeps what checkpoint() noted; without any, nothing is left.
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// What the last checkpoint() of an earlier run was given, if this one continues it; else empty.
  const std::string& note() const { return note_; }
  /// Where the bytes are until commit().
  const std::filesystem::path& partial() const { return partial_; }

  void write(std::string_view text);
  /// All bytes so far are worth keeping; `note`, one line that is not empty, says what they stand for.
  void checkpoint(const std::string& note);
  void commit();

 private:
  bool open();
  bool resume(bool existed);
  void verify_identity(std::string_view earlier) const;
  void begin_anew();
  void write_progress();
  [[noreturn]] void refuse(const std::string& what) const;

  std::filesystem::path path_, partial_, progress_;
  std::string identity_, note_;
  Descriptor file_;
  TextPosition position_;
  bool kept_ = false;
};

}  // namespace dragoman
