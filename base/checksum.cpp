#include "base/checksum.h"

#include "base/descriptor.h"
#include "base/parallel.h"
#include "base/rounding.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>
#include <zlib.h>

namespace dragoman {
namespace {

// Of several such parts, which take a millisecond or two each, threads have their share.
constexpr std::size_t kPart = 4 << 20;

std::uint32_t crc32_of_part(std::string_view bytes, std::uint32_t before) {
  return static_cast<std::uint32_t>(crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

std::uint32_t crc32_of(std::string_view bytes, std::uint32_t before) {
  if (bytes.empty()) return before;  // a null pointer would ask zlib for the checksum to begin with
  std::vector<std::uint32_t> sums(divided_up(bytes.size(), kPart));
  sums.front() = before;
  const int threads = sums.size() == 1 ? 1 : available_cores();
  parallel_for(sums.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) sums[i] = crc32_of_part(bytes.substr(i * kPart, kPart), sums[i]);
  });
  std::uint32_t sum = sums.front();
  for (std::size_t i = 1; i < sums.size(); ++i) {
    const std::string_view part = bytes.substr(i * kPart, kPart);
    sum = static_cast<std::uint32_t>(crc32_combine(sum, sums[i], static_cast<z_off_t>(part.size())));
  }
  return sum;
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
