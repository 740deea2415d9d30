#include "app/documents/odf_reader.h"

#include <utility>

namespace dragoman {
namespace {

bool is_around(std::string_view element) {
  return element == "text:span" || element == "text:a" || element == "text:meta";
}

// Tabs and line breaks, and more than one blank besides a written one.
bool is_break(const MarkupToken& tag) {
  if (tag.name == "text:s") {
    const std::string count = xml_attribute(tag.bytes, "text:c");
    return !count.empty() && count != "1";
  }
  return tag.name == "text:tab" || tag.name == "text:line-break";
}

}  // namespace

void OdfReader::read_items(std::size_t begin, std::size_t end, std::vector<InlineItem>& items) {
  using enum InlineItem::Kind;
  for (std::size_t i = begin; i < end;) {
    const MarkupToken& part = token(i);
    std::size_t next = behind(i);
    if (part.kind == MarkupToken::Kind::kOpen && is_around(part.name)) {
      items.push_back({kOpen, {{part.bytes}}});
      next = i + 1;  // its content and its end tag are read here, too
    } else if (part.kind == MarkupToken::Kind::kClose) {
      items.push_back({kClose, {{part.bytes}}});
    } else if (part.name == "text:soft-page-break") {
      // where a page ended, which is found anew
    } else if (is_break(part)) {
      items.push_back({kBreak, fragment(i, next)});
    } else if (std::string content = part.name == "text:s" ? " " : text(i, i + 1); !content.empty()) {
      items.push_back({kText, fragment(i, next), std::move(content)});
    } else {
      items.push_back({kPoint, fragment(i, next)});
    }
    i = next;
  }
}

}  // namespace dragoman
