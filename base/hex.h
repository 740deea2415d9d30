#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace dragoman {

/// The byte that two hexadecimal digits are; nothing if `digits` is anything else.
inline std::optional<unsigned char> byte_of_hex(std::string_view digits) {
  unsigned char byte = 0;
  const char* const end = digits.data() + digits.size();
  const auto [read_to, error] = std::from_chars(digits.data(), end, byte, 16);
  return digits.size() == 2 && error == std::errc() && read_to == end ? std::optional(byte) : std::nullopt;
}

}  // namespace dragoman
