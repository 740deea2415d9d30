#pragma once

#include <string>

namespace dragoman {

enum class ByteOrder { little, big };

inline void append_bytes(std::string& bytes, char32_t value, int count, ByteOrder order) {
  for (int i = 0; i < count; ++i) {
    const int shift = 8 * (order == ByteOrder::little ? i : count - 1 - i);
    bytes += static_cast<char>(value >> shift & 0xFF);
  }
}

/// `text`, of the first plane, with or without a byte order mark before it.
inline std::string utf16(const std::u32string& text, ByteOrder order, bool mark) {
  std::string bytes;
  if (mark) append_bytes(bytes, 0xFEFF, 2, order);
  for (const char32_t c : text) append_bytes(bytes, c, 2, order);
  return bytes;
}

inline std::string utf32(const std::u32string& text, ByteOrder order, bool mark) {
  std::string bytes;
  if (mark) append_bytes(bytes, 0xFEFF, 4, order);
  for (const char32_t c : text) append_bytes(bytes, c, 4, order);
  return bytes;
}

/// `text`, of the first plane.
inline std::string utf8(const std::u32string& text) {
  std::string bytes;
  for (const char32_t c : text) {
    if (c < 0x80) {
      bytes += static_cast<char>(c);
    } else if (c < 0x800) {
      bytes += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      bytes += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                static_cast<char>(0x80 | (c & 0x3F))};
    }
  }
  return bytes;
}

}  // namespace dragoman
