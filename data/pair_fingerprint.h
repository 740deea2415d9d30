#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace dragoman {

/// What tells a line from others, but for chance: in one process, for hash tables of millions.
inline std::uint64_t fingerprint_of(std::string_view line) {
  return std::hash<std::string_view>()(line);
}

/// The same of a pair, whose sides are not to be exchanged.
inline std::uint64_t fingerprint_of(std::string_view source, std::string_view target) {
  constexpr std::uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
  return fingerprint_of(source) * kOdd + fingerprint_of(target);
}

}  // namespace dragoman
