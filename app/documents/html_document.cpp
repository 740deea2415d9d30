#include "app/documents/html_document.h"

#include "app/documents/text_document.h"
#include "decoding/markup/markup_scanner.h"

namespace dragoman {
namespace {

MarkedText page_of(std::string_view bytes, const DocumentLimits& limits) {
  require_text(bytes);
  require_few_tags(bytes, limits);
  return MarkedText(bytes, {.markup = Markup::html, .copies_symbols = true});
}

std::string with_long_tags(std::string_view translation, LongTags long_tags) {
  std::string text;
  std::size_t at = 0, behind = 0;  // behind: what has been written
  for (const MarkupToken& token : scan_markup(translation, Markup::html)) {
    const std::string_view rest = translation.substr(at);
    at += token.bytes.size();
    if (rest.data() < translation.data() + behind) continue;
    auto [found, end] = long_tags.equal_range(token.bytes);
    while (found != end && !rest.starts_with(found->second.first)) ++found;
    text += found == end ? token.bytes : found->second.second;
    behind = translation.size() - rest.size() + (found == end ? token.bytes.size() : found->second.first.size());
    if (found != end) long_tags.erase(found);
  }
  return text;
}

}  // namespace

// White space is a blank wherever a page is not read as it is written, and there it does not stand in blocks.
HtmlDocument::Paragraph HtmlDocument::read_paragraph(const MarkedBlock& block, std::size_t number, std::string& text) {
  Paragraph paragraph{number, {}};
  for (const MarkedItem& item : block.items) {
    const std::string line = in_one_line(item.bytes);
    if (item.kind != MarkedItem::Kind::kText && line != item.bytes)
      paragraph.long_tags.emplace(scan_markup(line, Markup::html).front().bytes, std::pair(line, item.bytes));
    text += line;
  }
  return paragraph;
}

HtmlDocument::HtmlDocument(const std::string& bytes, const DocumentLimits& limits) : page_(page_of(bytes, limits)) {
  for (std::size_t i = 0; i < page_.blocks().size(); ++i) {
    const MarkedBlock& block = page_.blocks()[i];
    if (!block.translated) continue;
    texts_.push_back({"", Markup::html});
    paragraphs_.push_back(read_paragraph(block, i, texts_.back().text));
  }
}

std::string HtmlDocument::translated(std::span<const std::string> translations) const {
  std::vector<std::string> blocks;
  for (const MarkedBlock& block : page_.blocks()) blocks.push_back(block.bytes());
  for (std::size_t i = 0; i < translations.size(); ++i) {
    const auto& [block, long_tags] = paragraphs_[i];
    if (translations[i] != texts_[i].text)
      blocks[block] = long_tags.empty() ? translations[i] : with_long_tags(translations[i], long_tags);
  }
  return page_.with_blocks(blocks);
}

}  // namespace dragoman
