#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace dragoman {

/// A message of protocol buffers, field by field. Messages one behind the other are one with the fields of all.
class ProtobufMessage {
 public:
  ProtobufMessage& number(std::uint64_t field, std::uint64_t value) {
    put(field << 3);
    put(value);
    return *this;
  }

  ProtobufMessage& real(std::uint64_t field, float value) {
    put(field << 3 | 5);
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>(bits >> shift & 0xFFu);
    return *this;
  }

  /// Text, bytes, or another message.
  ProtobufMessage& text(std::uint64_t field, std::string_view value) {
    put(field << 3 | 2);
    put(value.size());
    bytes_ += value;
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  void put(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

}  // namespace dragoman
