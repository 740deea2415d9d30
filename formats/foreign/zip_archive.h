#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The entries of a zip archive (APPNOTE 6.3, with its 64-bit forms), stored as they are or deflated. Nothing is
/// allocated but a list of the entries, and what of them is inflated.
class ZipArchive {
 public:
  /// `bytes` must outlive this object. Throws std::runtime_error, beginning with `name_for_errors`, where they are no
  /// such archive: cut short, an entry outside the file or over another, a name twice, more inflated than anybody packs
  /// into so few bytes.
  ZipArchive(std::string_view bytes, std::string name_for_errors);

  /// Whether `bytes` begin as an archive does.
  static bool recognises(std::string_view bytes);

  std::vector<std::string_view> names() const;
  bool contains(std::string_view name) const { return entries_.contains(name); }

  /// An entry that is stored as it is, as a view of the archive. Throws std::runtime_error naming it if there is none,
  /// if it is compressed or encrypted, or if its checksum does not match.
  std::string_view read(std::string_view name) const;

  /// The same of one that may be deflated: then it is inflated into `buffer`, of which this is a view.
  std::string_view read(std::string_view name, std::string& buffer) const;

  /// How many bytes the entry has that read() gives. Throws std::runtime_error if there is none.
  std::uint64_t size(std::string_view name) const { return entry(name).size; }

  /// The archive with these contents, deflated, in place of what the entries of these names have; the others are copied
  /// as they lie there, in their order. Throws std::runtime_error if there is no such entry, or if it gets larger than
  /// an archive can be without its 64-bit forms.
  std::string with_contents(const std::map<std::string, std::string, std::less<>>& contents) const;

 private:
  struct Entry {
    std::string_view data;  // as it is in the archive
    std::uint64_t size;     // of what that becomes
    std::uint16_t method;
    std::uint16_t flags;
    std::uint32_t checksum;
    std::string_view record;  // in the list of entries
  };
  struct Directory {
    std::size_t begin, size, entries;
  };

  [[noreturn]] void refuse(std::string_view what) const;
  template <typename Number>
  Number number(std::size_t offset) const;
  std::string_view part(std::uint64_t begin, std::uint64_t size) const;
  Directory find_directory() const;
  std::size_t read_entry(std::size_t offset);
  void require_apart() const;
  void require_sizes() const;
  const Entry& entry(std::string_view name) const;
  std::string inflated(std::string_view name, const Entry& entry) const;
  std::string_view checked(std::string_view name, const Entry& entry, std::string_view contents) const;

  std::string_view bytes_;
  std::string name_;
  std::map<std::string_view, Entry> entries_;
};

}  // namespace dragoman
