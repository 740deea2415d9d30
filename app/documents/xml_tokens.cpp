#include "app/documents/xml_tokens.h"

#include "base/utf8.h"
#include "decoding/markup/decoded_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

std::string_view XmlTokens::bytes(std::size_t begin, std::size_t end) const {
  if (begin >= end) return {};
  const char* first = tokens[begin].bytes.data();
  const std::string_view last = tokens[end - 1].bytes;
  return {first, static_cast<std::size_t>(last.data() + last.size() - first)};
}

XmlTokens xml_tokens(std::string_view bytes, std::string_view name) {
  constexpr std::size_t kDeepest = 200;
  const auto refuse = [&](std::string_view what) {
    throw std::invalid_argument(fmt::format("'{}' in it {}", name, what));
  };
  if (find_invalid_utf8(bytes)) refuse("is not UTF-8");
  XmlTokens xml{scan_markup(bytes, Markup::xml), {}};
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < xml.tokens.size(); ++i) {
    using enum MarkupToken::Kind;
    const MarkupToken& token = xml.tokens[i];
    xml.closing.push_back(i);
    if (token.kind == kText && token.bytes.find('<') != std::string_view::npos) refuse("is no well-formed XML");
    if (token.kind == kOpaque && token.bytes.starts_with("<!") && !token.bytes.starts_with("<!--") &&
        !token.bytes.starts_with("<![CDATA["))
      refuse("has a document type, which no such file needs");
    if (token.kind == kOpen) open.push_back(i);
    if (open.size() > kDeepest) refuse("has elements too deep in one another");
    if (token.kind != kClose) continue;
    if (open.empty() || xml.tokens[open.back()].name != token.name) refuse("is no well-formed XML");
    xml.closing[open.back()] = i;
    open.pop_back();
  }
  if (!open.empty()) refuse("is no well-formed XML");
  return xml;
}

std::string xml_attribute(std::string_view tag, std::string_view name) {
  constexpr std::string_view kSpace = " \t\r\n";
  for (std::size_t at = tag.find_first_of(kSpace); at < tag.size();) {
    const std::size_t begin = tag.find_first_not_of(kSpace, at);
    const std::size_t equals = tag.find('=', begin);
    if (begin == std::string_view::npos || equals == std::string_view::npos) break;
    const std::size_t quote = tag.find_first_of("\"'", equals);
    if (quote == std::string_view::npos) break;
    const std::size_t end = tag.find(tag[quote], quote + 1);
    if (end == std::string_view::npos) break;
    const std::string_view found = tag.substr(begin, tag.find_first_of(" \t\r\n=", begin) - begin);
    if (found == name) return decode_text(tag.substr(quote + 1, end - quote - 1), Markup::xml).text;
    at = end + 1;
  }
  return "";
}

}  // namespace dragoman
