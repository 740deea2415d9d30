#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <time.h>

namespace dragoman {

/// The contents of a file, of which only what is looked at is read. Whoever replaces the file by another of its name
/// does no harm. Where one that is cut short meanwhile, or whose disk fails, is looked at, there is nothing to go on
/// with: the process ends with one line on stderr and exit code 1. So keep a mapping only for as long as needed.
class MappedFile {
 public:
  /// Throws std::runtime_error naming the file if it is missing, a directory, or unreadable.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /// Copies the bytes from `begin` on without making them part of this process' memory. Throws std::runtime_error
  /// naming the file where that fails.
  void read(std::uint64_t begin, std::span<std::byte> bytes) const;

  /// Throws std::runtime_error naming the file if it was written to since it was opened: what was read may be part of
  /// this and part of that.
  void require_unchanged() const;

  /// Lets go of the memory that it took to look at a part of bytes(); who looks again has it read again.
  void forget(std::string_view part) const;

  std::string_view bytes() const { return {static_cast<const char*>(start_), size_}; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  void* start_ = nullptr;
  std::size_t size_ = 0;
  struct timespec modified_ {};
};

}  // namespace dragoman
