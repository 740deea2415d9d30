#include "app/documents/inline_items.h"
#include "app/documents/word_reader.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace dragoman {
namespace {

struct FieldParts {
  std::size_t separate, end;  // `end` where there is no separate one
  std::string instruction;
};

// Of the field that begins at `begin`; nothing where it does not end, or ends elsewhere than it begins.
std::optional<FieldParts> field_parts(std::span<const InlineItem> items, std::size_t begin) {
  FieldParts parts{0, 0, ""};
  int depth = 0, around = 0;
  for (std::size_t i = begin; i < items.size(); ++i) {
    const InlineItem& item = items[i];
    around += item.kind == InlineItem::Kind::kOpen ? 1 : item.kind == InlineItem::Kind::kClose ? -1 : 0;
    if (around < 0) return std::nullopt;
    depth += item.field == InlineItem::Field::begin ? 1 : item.field == InlineItem::Field::end ? -1 : 0;
    if (depth == 1 && item.field == InlineItem::Field::instruction && parts.separate == 0)
      parts.instruction += item.text;
    if (depth == 1 && item.field == InlineItem::Field::separate && around == 0 && parts.separate == 0)
      parts.separate = i;
    if (depth > 0) continue;
    if (around != 0) return std::nullopt;
    parts.end = i;
    if (parts.separate == 0) parts.separate = i;
    return parts;
  }
  return std::nullopt;
}

}  // namespace

bool is_link(std::string_view instruction) {
  instruction.remove_prefix(std::min(instruction.find_first_not_of(' '), instruction.size()));
  return instruction.starts_with("HYPERLINK");
}

std::vector<InlineItem> with_whole_fields(std::vector<InlineItem> items) {
  using enum InlineItem::Kind;
  std::vector<InlineItem> result;
  std::vector<std::size_t> link_ends;
  constexpr std::size_t kMostRead = 1 << 22;  // fields in one another, or without an end, are read again and again
  std::size_t read = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!link_ends.empty() && link_ends.back() == i) {
      link_ends.pop_back();
      result.push_back({kClose, std::move(items[i].written)});
      continue;
    }
    const bool begins = items[i].field == InlineItem::Field::begin && read < kMostRead;
    const std::optional<FieldParts> parts = begins ? field_parts(items, i) : std::nullopt;
    if (begins) read += (parts ? parts->end : items.size()) - i;
    if (!parts) {
      result.push_back(std::move(items[i]));
      continue;
    }
    if (is_link(parts->instruction) && parts->separate < parts->end) {
      result.push_back({kOpen, written(std::span(items).subspan(i, parts->separate + 1 - i))});
      link_ends.push_back(parts->end);
      i = parts->separate;
    } else {
      result.push_back({kPoint, written(std::span(items).subspan(i, parts->end + 1 - i))});
      i = parts->end;
    }
  }
  return result;
}

}  // namespace dragoman
