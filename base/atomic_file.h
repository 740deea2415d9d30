#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace dragoman {

/// A file that takes its name only when it is complete: bytes go to a file without a name in the folder of `path` (of
/// the file behind it, if `path` is a symbolic link), and commit() syncs it and puts it in the place of `path`.
/// Whatever happens before that, kill -9 included, what was at `path` stays there and nothing else is left. (On a file
/// system that knows no files without names it is one beside `path`, which the destructor removes, but a kill does
/// not.) Every failure (no space, no permission) is a std::runtime_error that names `path`.
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

  std::filesystem::path path_;
  std::string temporary_;  // the name that the file has until it takes that of `path_`
  bool named_ = false;     // whether it has that name yet
  int descriptor_ = -1;
};

/// The file behind `path` if that is a symbolic link, which may point to what does not exist yet; else `path`. Throws
/// std::runtime_error if it is a directory.
std::filesystem::path file_behind(std::filesystem::path path);

/// Makes the names in the folder of `path` durable.
void sync_folder_of(const std::filesystem::path& path);

/// Replaces the contents of `path` by `text`, all or nothing.
void write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// The whole contents of `path`. Throws std::runtime_error naming it if it is missing, a directory, or unreadable.
std::string read_file(const std::filesystem::path& path);

}  // namespace dragoman
