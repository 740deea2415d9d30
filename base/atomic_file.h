#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace dragoman {

/// A file that takes its name only when it is complete: bytes go to a file beside `path`, and commit() syncs it and
/// renames it over `path`. Whatever happens before that, what was at `path` stays there; without commit() the
/// destructor removes the unfinished file. Every failure (no space, no permission) is a std::runtime_error that names
/// `path`.
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
  std::filesystem::path path_;
  std::string temporary_;
  int descriptor_ = -1;
};

/// Replaces the contents of `path` by `text`, all or nothing.
void write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// The whole contents of `path`. Throws std::runtime_error naming it if it is missing, a directory, or unreadable.
std::string read_file(const std::filesystem::path& path);

}  // namespace dragoman
