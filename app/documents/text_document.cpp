#include "app/documents/text_document.h"

#include "base/utf8.h"
#include "decoding/markup/decoded_text.h"
#include "tokenizer/text_lines.h"
#include "tokenizer/text_units.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {

void require_text(std::string_view bytes) {
  const std::size_t invalid = find_invalid_utf8(bytes).value_or(bytes.size());
  const std::size_t wrong = std::min(invalid, bytes.find('\0'));
  if (wrong >= bytes.size()) return;
  const auto line = 1 + std::ranges::count(bytes.substr(0, wrong), '\n');
  throw std::invalid_argument(wrong == invalid
                                  ? fmt::format("line {} is not UTF-8; save the file in UTF-8", line)
                                  : fmt::format("line {} has a NUL character; the file is no text in UTF-8", line));
}

void require_few_tags(std::string_view bytes, const DocumentLimits& limits) {
  if (static_cast<std::size_t>(std::ranges::count(bytes, '<')) > limits.tags)
    throw std::invalid_argument(fmt::format("it has more than {} tags", limits.tags));
}

std::vector<TextRange> lines_of_file(std::string_view bytes) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::vector<TextRange> lines = line_ranges(bytes);
  if (bytes.starts_with(kByteOrderMark)) lines.front().begin = kByteOrderMark.size();
  return lines;
}

TextRange without_spaces(std::string_view bytes, TextRange range) {
  range.begin += spaces_at_begin(bytes.substr(range.begin, range.end - range.begin));
  range.end -= spaces_at_end(bytes.substr(range.begin, range.end - range.begin));
  return range;
}

std::string in_one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return line;
}

TextDocument::TextDocument(std::string bytes) : bytes_(std::move(bytes)) {
  require_text(bytes_);
  for (const TextRange& line : lines_of_file(bytes_)) {
    const TextRange range = without_spaces(bytes_, line);
    const std::string text = bytes_.substr(range.begin, range.end - range.begin);
    if (!has_letter(text)) continue;
    texts_.push_back({text});
    ranges_.push_back(range);
  }
}

std::string TextDocument::translated(std::span<const std::string> translations) const {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < translations.size(); ++i)
    parts.push_back(translations[i] == texts_[i].text ? texts_[i].text : in_one_line(translations[i]));
  return with_parts(bytes_, ranges_, parts);
}

}  // namespace dragoman
