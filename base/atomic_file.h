#pragma once

#include "base/descriptor.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace dragoman {

/// A file that takes its name only when it is complete: bytes go to a file without a name in the folder of `path` (of
/// the file behind it, if `path` is a symbolic link), and commit() syncs it and puts it in the place of `path`, with
/// the mode and owner of what was there. Whatever happens before that, kill -9 included, what was at `path` stays there
/// and nothing else is left. To replace a file takes two steps, and what a kill between them leaves
/// (".NAME.dragoman.tmp") is removed by the next writer; on a file system that knows no files without names any kill
/// leaves that. What is no regular file is written in place (open_in_place). Every failure (no space, no permission) is
/// a std::runtime_error that names `path`.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* bytes, std::size_t count);
  void write(std::string_view text) { write(text.data(), text.size()); }
  void commit();

 private:
  void open();
  void open_named();
  void take_temporary_name();
  [[noreturn]] void fail_to_write() const;

  std::filesystem::path path_;
  std::string temporary_;  // the name that the file has until it takes that of `path_`; empty: written in place
  bool named_ = false;     // whether it has that name yet
  Descriptor file_;
};

/// The name in the folder of `path` under which it is made.
std::filesystem::path temporary_name(const std::filesystem::path& path);

/// Replaces the contents of `path` by `text`, all or nothing.
void write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// The whole contents of `path`. Throws std::runtime_error naming it if it is missing, a directory, or unreadable.
std::string read_file(const std::filesystem::path& path);

}  // namespace dragoman
