#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace dragoman {

/// A file that may take several runs to write. Bytes go to `path`.partial, and checkpoint() notes in `path`.progress
/// how far they are worth keeping; a later run of the same identity continues there. Until commit() gives the file its
/// name, what was at `path` stays. One process at a time: the next is refused. Every failure is a std::runtime_error
/// that names the file.
class PartialFile {
 public:
  /// identity: whatever the contents depend on. What a run of another identity, or of none (""), left is dropped.
  PartialFile(std::filesystem::path path, std::string identity);
  /// Keeps what checkpoint() noted; without any, nothing is left.
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// What the last checkpoint() of an earlier run was given, if this one continues it; else 0.
  std::int64_t position() const { return position_; }
  /// Where the bytes are until commit().
  const std::filesystem::path& partial() const { return partial_; }

  void write(std::string_view text);
  /// All bytes so far are worth keeping; `position` says what they stand for, and is larger than 0.
  void checkpoint(std::int64_t position);
  void commit();

 private:
  bool still_has_its_name() const;
  void resume();
  [[noreturn]] void fail(std::string_view action) const;

  std::filesystem::path path_, partial_, progress_;
  std::string identity_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::int64_t position_ = 0;
  bool kept_ = false;
};

}  // namespace dragoman
