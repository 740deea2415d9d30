#include "formats/foreign/zip_archive.h"

#include "base/checksum.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>
#include <zlib.h>

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
constexpr std::uint16_t kStored = 0, kDeflated = 8;
// Weights and texts become a tenth of their size at the least; a small table may be all zeros.
constexpr std::uint64_t kMostInflated = 64, kSmall = 1 << 20;

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
  require_sizes();
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
  if (method == kStored && size != stored) refuse("an entry has two sizes");
  const Entry entry{part(data, stored),
                    size,
                    method,
                    number<std::uint16_t>(offset + 8),
                    number<std::uint32_t>(offset + 16),
                    part(offset, extra_end - offset + number<std::uint16_t>(offset + 32))};
  if (!entries_.emplace(name, entry).second) refuse(fmt::format("the entry '{}' is there twice", name));
  return offset + entry.record.size();
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

void ZipArchive::require_sizes() const {
  std::uint64_t all = 0;
  for (const auto& [name, entry] : entries_) {
    if (__builtin_add_overflow(all, entry.size, &all) || all > kMostInflated * bytes_.size() + kSmall)
      refuse("its entries would be far larger than it is");
  }
}

const ZipArchive::Entry& ZipArchive::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) refuse(fmt::format("there is no entry '{}'", name));
  return found->second;
}

std::string_view ZipArchive::checked(std::string_view name, const Entry& entry, std::string_view contents) const {
  if (crc32_of(contents) != entry.checksum) refuse(fmt::format("the checksum of the entry '{}' does not match", name));
  return contents;
}

std::string_view ZipArchive::read(std::string_view name) const {
  const Entry& found = entry(name);
  if (found.method != kStored || (found.flags & kEncrypted) != 0) {
    throw std::runtime_error(
        fmt::format("{}: the entry '{}' is compressed or encrypted; only archives that store "
                    "their entries as they are can be read",
                    name_, name));
  }
  return checked(name, found, found.data);
}

std::string_view ZipArchive::read(std::string_view name, std::string& buffer) const {
  const Entry& found = entry(name);
  if ((found.method != kStored && found.method != kDeflated) || (found.flags & kEncrypted) != 0) {
    throw std::runtime_error(fmt::format(
        "{}: the entry '{}' is encrypted, or packed in another way than deflate; pack the archive anew", name_, name));
  }
  if (found.method == kStored) return checked(name, found, found.data);
  buffer = inflated(name, found);
  return checked(name, found, buffer);
}

// zlib counts in 32 bits: a large entry takes several turns.
std::string ZipArchive::inflated(std::string_view name, const Entry& entry) const {
  constexpr int kWithoutHeader = -MAX_WBITS;
  constexpr std::size_t kMostAtOnce = 1u << 30;
  std::string contents(static_cast<std::size_t>(entry.size), '\0');
  z_stream stream{};
  if (inflateInit2(&stream, kWithoutHeader) != Z_OK) throw std::bad_alloc();
  std::size_t taken = 0, made = 0;
  int state = Z_OK;
  while (state == Z_OK) {
    const std::size_t in = std::min(entry.data.size() - taken, kMostAtOnce),
                      out = std::min(contents.size() - made, kMostAtOnce);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(entry.data.data() + taken));
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = reinterpret_cast<Bytef*>(contents.data() + made);
    stream.avail_out = static_cast<uInt>(out);
    state = inflate(&stream, Z_NO_FLUSH);
    taken += in - stream.avail_in;
    made += out - stream.avail_out;
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END || made != contents.size())
    refuse(fmt::format("the entry '{}' cannot be inflated to its size", name));
  return contents;
}

}  // namespace dragoman
