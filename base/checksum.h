#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string_view>

namespace dragoman {

/// The CRC-32 that gzip and zlib use, of all that `before` is the checksum of and then `bytes`. Of many megabytes all
/// cores have their share.
std::uint32_t crc32_of(std::string_view bytes, std::uint32_t before = 0);

/// The same of the first `most` bytes of a file, which are read piece by piece. Throws std::runtime_error naming it if
/// it cannot be read.
std::uint32_t crc32_of_file(const std::filesystem::path& path, std::uint32_t before = 0,
                            std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

}  // namespace dragoman
