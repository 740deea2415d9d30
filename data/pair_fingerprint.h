#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace dragoman {

/// What tells a line from others, but for chance: in one process, for hash tables of millions.
inline std::uint64_t fingerprint_of(std::string_view line) {
  return std::hash<std::string_view>()(line);
}

/// The same of a pair of which both sides have theirs. They are not to be exchanged.
inline std::uint64_t fingerprint_of_pair(std::uint64_t source, std::uint64_t target) {
  constexpr std::uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
  return source * kOdd + target;
}

/// And of its texts.
inline std::uint64_t fingerprint_of(std::string_view source, std::string_view target) {
  return fingerprint_of_pair(fingerprint_of(source), fingerprint_of(target));
}

}  // namespace dragoman
