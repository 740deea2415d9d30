#include "app/documents/word_reader.h"

#include "decoding/markup/decoded_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace dragoman {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::ranges::count(names, name) > 0;
}

// What has runs in it that are read as if it were not there.
constexpr auto kAround = std::to_array<std::string_view>(
    {"w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:sdt", "w:dir", "w:bdo"});
// What must stand first in them.
constexpr auto kProperties =
    std::to_array<std::string_view>({"w:smartTagPr", "w:customXmlPr", "w:sdtPr", "w:sdtEndPr"});
constexpr auto kBreaks = std::to_array<std::string_view>({"w:tab", "w:br", "w:cr", "w:ptab"});
// What Word makes anew: marks of the spelling, where pages ended, where a word may be broken.
constexpr auto kMadeAnew = std::to_array<std::string_view>({"w:proofErr", "w:lastRenderedPageBreak", "w:softHyphen"});
// Of letters, what says nothing of a translation.
constexpr auto kOfTheSource = std::to_array<std::string_view>({"w:lang", "w:noProof"});

}  // namespace

void WordReader::read_items(std::size_t begin, std::size_t end, std::vector<InlineItem>& items) {
  std::vector<InlineItem> all;
  read_content(begin, end, all);
  items = with_whole_fields(std::move(all));
}

void WordReader::read_content(std::size_t begin, std::size_t end, std::vector<InlineItem>& items) {
  using enum InlineItem::Kind;
  for (std::size_t i = begin; i < end; i = behind(i)) {
    const MarkupToken& part = token(i);
    // White space between elements is nothing.
    if (part.kind == MarkupToken::Kind::kText || is_one_of(part.name, kMadeAnew)) continue;
    const bool has_content = part.kind == MarkupToken::Kind::kOpen;
    if (part.name == "w:pPr") {
      items.push_back({kBreak, fragment(i, behind(i))});
    } else if (has_content && part.name == "w:r") {
      read_run(i, items);
    } else if (has_content && (is_one_of(part.name, kAround) ||
                               (part.name == "w:fldSimple" && is_link(xml_attribute(part.bytes, "w:instr"))))) {
      read_around(i, items);
    } else {
      items.push_back({kPoint, fragment(i, behind(i))});
    }
  }
}

void WordReader::read_around(std::size_t begin, std::vector<InlineItem>& items) {
  std::size_t first = begin + 1, last = behind(begin) - 1;
  while (first < last && (token(first).kind == MarkupToken::Kind::kText || is_one_of(token(first).name, kProperties)))
    first = behind(first);
  std::size_t inner_end = last;
  if (token(begin).name == "w:sdt") {
    if (first == last || token(first).name != "w:sdtContent" || token(first).kind != MarkupToken::Kind::kOpen) {
      items.push_back({InlineItem::Kind::kPoint, fragment(begin, behind(begin))});
      return;
    }
    inner_end = behind(first) - 1;
    ++first;
  }
  items.push_back({InlineItem::Kind::kOpen, fragment(begin, first)});
  read_content(first, inner_end, items);
  items.push_back({InlineItem::Kind::kClose, fragment(inner_end, behind(begin))});
}

// The properties of a run's letters, without what says nothing of a translation.
std::string_view WordReader::letter_properties(std::size_t run) {
  for (std::size_t i = run + 1; i + 1 < behind(run); i = behind(i)) {
    if (token(i).name != "w:rPr" || token(i).kind != MarkupToken::Kind::kOpen) continue;
    std::string kept(token(i).bytes);
    for (std::size_t k = i + 1; k + 1 < behind(i); k = behind(k)) {
      if (!is_one_of(token(k).name, kOfTheSource)) kept += bytes(k, behind(k));
    }
    if (kept == token(i).bytes) return "";
    return result().kept(kept + "</w:rPr>");
  }
  return "";
}

int WordReader::format_of(std::string_view properties) {
  return result().format({"<w:r>" + std::string(properties) + "<w:t xml:space=\"preserve\">", "</w:t></w:r>"});
}

void WordReader::read_run(std::size_t begin, std::vector<InlineItem>& items) {
  const std::string_view properties = letter_properties(begin);
  const int format = format_of(properties);
  for (std::size_t i = begin + 1; i + 1 < behind(begin); i = behind(i)) {
    const MarkupToken& part = token(i);
    if (part.kind == MarkupToken::Kind::kText || part.name == "w:rPr" || is_one_of(part.name, kMadeAnew)) continue;
    read_part_of_run(i, properties, format, items);
  }
}

// Each part so that it can stand in a run of its own.
void WordReader::read_part_of_run(std::size_t begin, std::string_view properties, int format,
                                  std::vector<InlineItem>& items) {
  using enum InlineItem::Kind;
  const MarkupToken& part = token(begin);
  InlineItem item{kPoint, {{"<w:r>"}, {properties}}};
  if (part.name == "w:t") {
    item.kind = kText;
    item.text = text(begin, behind(begin));
    if (xml_attribute(part.bytes, "xml:space") != "preserve") {
      item.text.erase(item.text.size() - spaces_at_end(item.text));
      item.text.erase(0, spaces_at_begin(item.text));
    }
    if (item.text.empty()) return;
  } else if (part.name == "w:noBreakHyphen") {
    item.kind = kText;
    item.text = "\u2011";
  } else if (is_one_of(part.name, kBreaks)) {
    item.kind = kBreak;
  } else if (part.name == "w:instrText") {
    item.field = InlineItem::Field::instruction;
    item.text = decode_text(text(begin, behind(begin)), Markup::xml).text;
  } else if (part.name == "w:fldChar") {
    const std::string type = xml_attribute(part.bytes, "w:fldCharType");
    item.field = type == "begin"      ? InlineItem::Field::begin
                 : type == "separate" ? InlineItem::Field::separate
                                      : InlineItem::Field::end;
  }
  if (item.kind == kText) item.format = format;
  const XmlFragment inside = fragment(begin, behind(begin));
  item.written.insert(item.written.end(), inside.begin(), inside.end());
  item.written.push_back({"</w:r>"});
  items.push_back(std::move(item));
}

}  // namespace dragoman
