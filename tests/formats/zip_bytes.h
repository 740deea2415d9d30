#pragma once

#include "base/checksum.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <zlib.h>

namespace dragoman {

template <typename Number>
void put_number(std::string& bytes, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    bytes += static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFF);
}

/// What deflate makes of `contents`, without a header, as archives have it.
inline std::string deflated(const std::string& contents) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY);
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

/// An archive of entries, stored unless a test says otherwise, of which a test can make one that is not as it should
/// be.
struct ZipBytes {
  struct Entry {
    std::string name, data;
    std::uint16_t method = 0, flags = 0;
    std::uint32_t size_off = 0;   ///< added to the sizes that the list says
    std::uint32_t place_off = 0;  ///< added to where the list says that it is
    std::string contents = {};    ///< of which `data` is the deflated form, where it is one
  };
  std::vector<Entry> entries;
  bool in_64_bits = false;

  std::string bytes() const {
    std::string archive, list;
    for (const Entry& entry : entries) {
      const std::uint64_t place = archive.size() + entry.place_off;
      const std::uint64_t size = entry.data.size() + entry.size_off;
      archive.append("PK\x03\x04", 4).append(22, '\0');
      put_number<std::uint16_t>(archive, entry.name.size());
      const std::size_t before = archive.size() + 2 + entry.name.size();
      const std::size_t padding = (64 - before % 64) % 64;  // as torch.save() aligns its data
      put_number<std::uint16_t>(archive, padding);
      archive += entry.name + std::string(padding, '\0') + entry.data;
      list.append("PK\x01\x02", 4).append(4, '\0');
      put_number(list, entry.flags);
      put_number(list, entry.method);
      put_number<std::uint32_t>(list, 0);
      const std::string& contents = entry.contents.empty() ? entry.data : entry.contents;
      const std::uint64_t inflated = contents.size() + entry.size_off;
      put_number(list, crc32_of(contents));
      for (const std::uint64_t value : {size, inflated})
        put_number<std::uint32_t>(list, in_64_bits ? 0xFFFFFFFF : value);
      put_number<std::uint16_t>(list, entry.name.size());
      put_number<std::uint16_t>(list, in_64_bits ? 28 : 0);
      list.append(10, '\0');
      put_number<std::uint32_t>(list, in_64_bits ? 0xFFFFFFFF : place);
      list += entry.name;
      if (!in_64_bits) continue;
      put_number<std::uint16_t>(list, 1);
      put_number<std::uint16_t>(list, 24);
      for (const std::uint64_t value : {inflated, size, place}) put_number(list, value);
    }
    return archive + list + end(archive.size(), list.size());
  }

 private:
  std::string end(std::uint64_t begin, std::uint64_t size) const {
    std::string end;
    const std::uint64_t count = entries.size();
    if (in_64_bits) {
      end.append("PK\x06\x06", 4).append(20, '\0');
      for (const std::uint64_t value : {count, count, size, begin}) put_number(end, value);
      end.append("PK\x06\x07", 4).append(4, '\0');
      put_number(end, begin + size);
      put_number<std::uint32_t>(end, 1);
    }
    end.append("PK\x05\x06", 4).append(4, '\0');
    for (int i = 0; i < 2; ++i) put_number<std::uint16_t>(end, count);
    put_number<std::uint32_t>(end, in_64_bits ? 0xFFFFFFFF : size);
    put_number<std::uint32_t>(end, in_64_bits ? 0xFFFFFFFF : begin);
    put_number<std::uint16_t>(end, 0);
    return end;
  }
};

}  // namespace dragoman
