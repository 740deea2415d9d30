#include "formats/foreign/zip_archive.h"

#include "base/checksum.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr std::string_view kLocalSignature("PK\x03\x04", 4);
constexpr std::string_view kEntrySignature("PK\x01\x02", 4);
constexpr std::string_view kEndSignature("PK\x05\x06", 4);
constexpr std::string_view kEnd64Signature("PK\x06\x06", 4);
constexpr std::string_view kLocator64Signature("PK\x06\x07", 4);
constexpr std::size_t kLocalSize = 30, kEntrySize = 46, kEndSize = 22, kLocator64Size = 20;
constexpr std::size_t kLongestComment = 65'535;
constexpr std::uint32_t kIn64Bits = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint16_t kField64 = 1;
constexpr std::uint16_t kEncrypted = 1;

}  // namespace

bool ZipArchive::recognises(std::string_view bytes) {
  return bytes.starts_with(kLocalSignature) || bytes.starts_with(kEndSignature);
}

void ZipArchive::refuse(std::string_view what) const {
  throw std::runtime_error(fmt::format("{}: {}; the file is damaged: copy it anew", name_, what));
}

std::string_view ZipArchive::part(std::uint64_t begin, std::uint64_t size) const {
  if (begin > bytes_.size() || size > bytes_.size() - begin) refuse("its list of entries leads out of the file");
  return bytes_.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
}

template <typename Number>
Number ZipArchive::number(std::size_t offset) const {
  Number value = 0;
  std::memcpy(&value, part(offset, sizeof value).data(), sizeof value);
  return value;
}

ZipArchive::ZipArchive(std::string_view bytes, std::string name_for_errors)
    : bytes_(bytes), name_(std::move(name_for_errors)) {
  const Directory directory = find_directory();
  part(directory.begin, directory.size);
  if (directory.entries > directory.size / kEntrySize) refuse("its list of entries is cut short");
  std::size_t offset = directory.begin;
  for (std::size_t i = 0; i < directory.entries; ++i) offset = read_entry(offset);
  require_apart();
}

// The end of an archive may be followed by a comment.
ZipArchive::Directory ZipArchive::find_directory() const {
  const std::size_t from = bytes_.size() - std::min(bytes_.size(), kEndSize + kLongestComment);
  const std::size_t in_tail = bytes_.substr(from).rfind(kEndSignature);
  if (in_tail == std::string_view::npos) refuse("its end is missing");
  const std::size_t end = from + in_tail;
  part(end, kEndSize);
  if (end >= kLocator64Size && part(end - kLocator64Size, 4) == kLocator64Signature) {
    const auto end64 = number<std::uint64_t>(end - kLocator64Size + 8);
    if (part(end64, 56).substr(0, 4) != kEnd64Signature) refuse("its list of entries is not where it should be");
    return {number<std::uint64_t>(end64 + 48), number<std::uint64_t>(end64 + 40), number<std::uint64_t>(end64 + 32)};
  }
  return {number<std::uint32_t>(end + 16), number<std::uint32_t>(end + 12), number<std::uint16_t>(end + 10)};
}

// Returns where the next begins.
std::size_t ZipArchive::read_entry(std::size_t offset) {
  if (part(offset, kEntrySize).substr(0, 4) != kEntrySignature) refuse("its list of entries is not valid");
  const std::size_t name_size = number<std::uint16_t>(offset + 28), extra_size = number<std::uint16_t>(offset + 30);
  const std::string_view name = part(offset + kEntrySize, name_size);
  std::uint64_t size = number<std::uint32_t>(offset + 24), stored = number<std::uint32_t>(offset + 20),
                begin = number<std::uint32_t>(offset + 42);
  const std::size_t extra = offset + kEntrySize + name_size, extra_end = extra + extra_size;
  part(extra, extra_size);
  for (std::size_t field = extra; field + 4 <= extra_end;) {
    const auto kind = number<std::uint16_t>(field);
    const std::size_t next = field + 4 + number<std::uint16_t>(field + 2);
    std::size_t place = field + 4;
    for (std::uint64_t* value : {&size, &stored, &begin}) {
      if (kind != kField64 || *value != kIn64Bits) continue;
      if (place + 8 > next || next > extra_end) refuse("an entry's size is missing");
      *value = number<std::uint64_t>(place);
      place += 8;
    }
    field = next;
  }
  if (part(begin, kLocalSize).substr(0, 4) != kLocalSignature) refuse("an entry is not where it should be");
  const std::size_t data = begin + kLocalSize + number<std::uint16_t>(begin + 26) + number<std::uint16_t>(begin + 28);
  const auto method = number<std::uint16_t>(offset + 10);
  if (method == 0 && size != stored) refuse("an entry has two sizes");
  const Entry entry{part(data, stored), method, number<std::uint16_t>(offset + 8), number<std::uint32_t>(offset + 16)};
  if (!entries_.emplace(name, entry).second) refuse(fmt::format("the entry '{}' is there twice", name));
  return extra_end + number<std::uint16_t>(offset + 32);
}

// Else a small file could have many large entries.
void ZipArchive::require_apart() const {
  std::vector<std::string_view> parts;
  for (const auto& [name, entry] : entries_) parts.push_back(entry.data);
  std::ranges::sort(parts, {}, [](std::string_view part) { return part.data(); });
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i - 1].data() + parts[i - 1].size() > parts[i].data()) refuse("its entries lie over each other");
  }
}

std::vector<std::string_view> ZipArchive::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

std::string_view ZipArchive::read(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) refuse(fmt::format("there is no entry '{}'", name));
  const Entry& entry = found->second;
  if (entry.method != 0 || (entry.flags & kEncrypted) != 0) {
    throw std::runtime_error(
        fmt::format("{}: the entry '{}' is compressed or encrypted; only archives that store "
                    "their entries as they are can be read",
                    name_, name));
  }
  if (crc32_of(entry.data) != entry.checksum)
    refuse(fmt::format("the checksum of the entry '{}' does not match", name));
  return entry.data;
}

}  // namespace dragoman
