#include "base/checksum.h"

#include "base/descriptor.h"

#include <algorithm>
#include <array>
#include <zlib.h>

namespace dragoman {

std::uint32_t crc32_of(std::string_view bytes, std::uint32_t before) {
  if (bytes.empty()) return before;  // a null pointer would ask zlib for the checksum to begin with
  return static_cast<std::uint32_t>(crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::uint32_t crc32_of_file(const std::filesystem::path& path, std::uint32_t before, std::uint64_t most) {
  const Descriptor file = open_to_read(path);
  std::array<char, 1 << 16> buffer;
  while (most > 0) {
    const std::size_t count = read_some(file, buffer.data(), std::min<std::uint64_t>(most, buffer.size()), path);
    if (count == 0) break;
    before = crc32_of({buffer.data(), count}, before);
    most -= count;
  }
  return before;
}

}  // namespace dragoman
