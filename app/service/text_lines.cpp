#include "app/service/text_lines.h"

#include <algorithm>

namespace dragoman {

TextLines::TextLines(std::string_view text) {
  while (true) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    lines_.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    const std::size_t length = text.starts_with("\r\n") ? 2 : std::min<std::size_t>(text.size(), 1);
    ends_.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
    if (length == 0) return;
  }
}

std::string TextLines::with_lines(std::span<const std::string> others) const {
  std::string text;
  for (std::size_t i = 0; i < lines_.size(); ++i) text += others[i] + ends_[i];
  return text;
}

}  // namespace dragoman
