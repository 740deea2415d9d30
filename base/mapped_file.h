#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace dragoman {

/// The contents of a file, of which only what is looked at is read. Whoever replaces the file by another of its name
/// does no harm; one that is cut short meanwhile ends the process, so keep a mapping only for as long as needed.
class MappedFile {
 public:
  /// Throws std::runtime_error naming the file if it is missing, a directory, or unreadable.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /// Lets the system take back the memory behind the bytes; who looks at them again waits for them again.
  void release_memory() const;

  std::string_view bytes() const { return {static_cast<const char*>(start_), size_}; }

 private:
  void* start_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace dragoman
