#include "tokenizer/text_lines.h"

#include <algorithm>
#include <cstddef>

namespace dragoman {

std::vector<TextRange> line_ranges(std::string_view text) {
  std::vector<TextRange> lines;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    lines.push_back({begin, end});
    begin = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
  return lines;
}

std::string with_parts(std::string_view text, std::span<const TextRange> ranges, std::span<const std::string> parts) {
  std::string whole;
  std::size_t at = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    whole += text.substr(at, ranges[i].begin - at);
    whole += parts[i];
    at = ranges[i].end;
  }
  return whole += text.substr(at);
}

}  // namespace dragoman
