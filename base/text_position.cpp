#include "base/text_position.h"

#include "base/checksum.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <fmt/format.h>

namespace dragoman {

void TextPosition::add(std::string_view text) {
  lines += std::ranges::count(text, '\n');
  bytes += text.size();
  checksum = crc32_of(text, checksum);
}

std::string to_string(const TextPosition& position) {
  return fmt::format("{} lines {} bytes checksum {:08x}", position.lines, position.bytes, position.checksum);
}

std::optional<TextPosition> parse_text_position(std::string_view text) {
  const std::string copy(text);
  TextPosition position;
  if (std::sscanf(copy.c_str(), "%" SCNd64 " lines %" SCNu64 " bytes checksum %" SCNx32, &position.lines,
                  &position.bytes, &position.checksum) != 3)
    return std::nullopt;
  // Nothing before, between or behind them.
  return to_string(position) == text ? std::optional(position) : std::nullopt;
}

}  // namespace dragoman
