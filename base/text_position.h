#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman {

/// How far a text has been read or written, and a checksum that tells whether it is the same text so far.
struct TextPosition {
  std::int64_t lines = 0;  ///< that have ended
  std::uint64_t bytes = 0;
  std::uint32_t checksum = 0;  ///< CRC-32 of the bytes

  void add(std::string_view text);

  bool operator==(const TextPosition&) const = default;
};

/// "3 lines 120 bytes checksum cbf43926"
std::string to_string(const TextPosition& position);

/// What to_string() was given; nothing if this is not what it made.
std::optional<TextPosition> parse_text_position(std::string_view text);

}  // namespace dragoman
