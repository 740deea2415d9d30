#include "app/documents/office_reader.h"

#include "app/documents/text_document.h"
#include "base/markup.h"

#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {

TranslatedXml OfficeReader::read(std::string_view bytes, std::string_view name) {
  name_ = name;
  tokens_ = xml_tokens(bytes, name);
  result_ = {};
  result_.finish(fragment(0, tokens_.tokens.size()));
  tokens_ = {};
  return std::move(result_);
}

XmlFragment OfficeReader::fragment(std::size_t begin, std::size_t end) {
  XmlFragment parts;
  const auto add_bytes = [&](std::size_t to) {
    if (begin < to) parts.push_back({bytes(begin, to)});
  };
  for (std::size_t i = begin; i < end;) {
    const bool is_element = token(i).kind == MarkupToken::Kind::kOpen;
    if (is_element && is_untranslated(token(i).name)) {
      i = behind(i);
    } else if (is_element && is_paragraph(token(i).name)) {
      add_bytes(i);
      parts.push_back({.bytes = {}, .paragraph = read_paragraph(i)});
      begin = i = behind(i);
    } else {
      ++i;
    }
  }
  add_bytes(end);
  return parts;
}

int OfficeReader::read_paragraph(std::size_t begin) {
  constexpr std::size_t kDeepest = 32;
  if (++depth_ > kDeepest)
    throw std::invalid_argument(fmt::format("'{}' in it has paragraphs too deep in one another", name_));
  const std::size_t end = behind(begin);
  const int number = result_.begin_paragraph(bytes(begin, end));
  std::vector<InlineItem> items;
  read_items(begin + 1, end - 1, items);
  result_.end_paragraph(token(begin).bytes, std::move(items), token(end - 1).bytes);
  --depth_;
  return number;
}

std::string OfficeReader::text(std::size_t begin, std::size_t end) const {
  constexpr std::string_view kBegin = "<![CDATA[", kEnd = "]]>";
  std::string all;
  for (std::size_t i = begin; i < end; ++i) {
    const MarkupToken& part = token(i);
    if (part.kind == MarkupToken::Kind::kText) all += part.bytes;
    if (part.bytes.starts_with(kBegin) && part.bytes.ends_with(kEnd))
      all += escape_xml(part.bytes.substr(kBegin.size(), part.bytes.size() - kBegin.size() - kEnd.size()));
  }
  return in_one_line(all);
}

}  // namespace dragoman
