#include "base/checksum.h"
#include "formats/foreign/zip_archive.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <new>
#include <stdexcept>
#include <zlib.h>

namespace dragoman {
namespace {

std::string little_endian_bytes(std::uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  return bytes;
}

std::size_t two_bytes_at(std::string_view record, std::size_t at) {
  return static_cast<unsigned char>(record[at]) + 256u * static_cast<unsigned char>(record[at + 1]);
}

std::string deflate_whole(const std::string& contents) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string bytes(deflateBound(&stream, contents.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(contents.data()));
  stream.avail_in = static_cast<uInt>(contents.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  deflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

// Without the field of 64-bit sizes, which there is no need of.
std::string extra_fields(std::string_view fields) {
  constexpr std::size_t kHead = 4, kField64 = 1;
  std::string kept;
  while (fields.size() >= kHead) {
    const std::size_t size = std::min(fields.size(), kHead + two_bytes_at(fields, 2));
    if (two_bytes_at(fields, 0) != kField64) kept += fields.substr(0, size);
    fields.remove_prefix(size);
  }
  return kept;
}

// An entry as it will lie there. Parts of a record of the list, by APPNOTE 4.3.12.
struct RewrittenEntry {
  std::string_view record, data;
  std::uint64_t size;
  std::uint32_t checksum;
  bool deflated_here;

  std::string_view name() const { return record.substr(46, two_bytes_at(record, 28)); }

  // From the version that is needed to the sizes, as both the entry and the list have it. The sizes stand before the
  // data, so that there is no descriptor behind it.
  std::string about() const {
    constexpr std::size_t kDescriptor = 1 << 3, kHowDeflated = 3 << 1, kDeflate = 8;
    std::size_t flags = two_bytes_at(record, 8) & ~kDescriptor;
    if (deflated_here) flags &= ~kHowDeflated;
    const std::size_t method = deflated_here ? kDeflate : two_bytes_at(record, 10);
    return little_endian_bytes(20, 2) + little_endian_bytes(flags, 2) + little_endian_bytes(method, 2) +
           std::string(record.substr(12, 4)) + little_endian_bytes(checksum, 4) + little_endian_bytes(data.size(), 4) +
           little_endian_bytes(size, 4) + little_endian_bytes(name().size(), 2);
  }

  std::string before_data() const { return "PK\x03\x04" + about() + little_endian_bytes(0, 2) + std::string(name()); }

  std::string in_list(std::uint64_t place) const {
    const std::size_t extra_at = 46 + name().size(), comment_at = extra_at + two_bytes_at(record, 30);
    const std::string extra = extra_fields(record.substr(extra_at, comment_at - extra_at));
    return "PK\x01\x02" + std::string(record.substr(4, 2)) + about() + little_endian_bytes(extra.size(), 2) +
           std::string(record.substr(32, 2)) + little_endian_bytes(0, 2) + std::string(record.substr(36, 6)) +
           little_endian_bytes(place, 4) + std::string(name()) + extra + std::string(record.substr(comment_at));
  }
};

}  // namespace

std::string ZipArchive::with_contents(const std::map<std::string, std::string, std::less<>>& contents) const {
  std::vector<std::pair<std::string_view, const Entry*>> in_order;
  for (const auto& [name, entry] : entries_) in_order.emplace_back(name, &entry);
  std::ranges::stable_sort(in_order, {}, [](const auto& one) { return one.second->data.data(); });
  for (const auto& [name, text] : contents) (void)entry(name);

  constexpr std::uint64_t kLargest = std::numeric_limits<std::uint32_t>::max();
  std::string archive, list;
  for (const auto& [name, entry] : in_order) {
    RewrittenEntry entry_there{entry->record, entry->data, entry->size, entry->checksum, false};
    std::string deflated;
    if (const auto changed = contents.find(name); changed != contents.end()) {
      deflated = deflate_whole(changed->second);
      entry_there = {entry->record, deflated, changed->second.size(), crc32_of(changed->second), true};
    }
    list += entry_there.in_list(archive.size());
    archive += entry_there.before_data();
    archive += entry_there.data;
    if (archive.size() + list.size() > kLargest || entry_there.size > kLargest)
      throw std::runtime_error(fmt::format("{}: it would be larger than 4 GiB", name_));
  }
  const std::string count = little_endian_bytes(in_order.size(), 2);
  if (in_order.size() > std::numeric_limits<std::uint16_t>::max())
    throw std::runtime_error(fmt::format("{}: it has more entries than an archive can have", name_));
  return archive + list + std::string("PK\x05\x06\0\0\0\0", 8) + count + count + little_endian_bytes(list.size(), 4) +
         little_endian_bytes(archive.size(), 4) + little_endian_bytes(0, 2);
}

}  // namespace dragoman
