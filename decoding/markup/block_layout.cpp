#include "decoding/markup/block_layout.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace dragoman {
namespace {

// Marks that touch what is before them, or behind them.
constexpr std::array<std::string_view, 17> kCloseText = {".", ",",  ";",  ":",  "!",  "?",  ")", "]", "}",
                                                         "…", "。", "，", "、", "！", "？", "»", "”"};
constexpr std::array<std::string_view, 6> kOpenText = {"(", "[", "{", "«", "„", "¿"};

bool begins_with_any(std::span<const std::string_view> marks, std::string_view text) {
  return std::ranges::any_of(marks, [&](std::string_view mark) { return text.starts_with(mark); });
}

bool ends_with_any(std::span<const std::string_view> marks, std::string_view text) {
  return std::ranges::any_of(marks, [&](std::string_view mark) { return text.ends_with(mark); });
}

class LayoutWriter {
 public:
  LayoutWriter(const MarkedBlock& block, bool shows_kept) : block_(block) {
    layout_.shows_kept = shows_kept;
    layout_.places.resize(block.items.size());
  }

  BlockLayout write() {
    for (std::size_t i = 0; i < block_.items.size(); ++i) {
      const MarkedItem& item = block_.items[i];
      BlockLayout::Place& place = layout_.places[i];
      place.space_before = space_here_;
      const bool is_tag = item.kind == MarkedItem::Kind::kOpen || item.kind == MarkedItem::Kind::kClose;
      if (!is_tag && item.kind != MarkedItem::Kind::kText) waiting_.clear();
      if (item.kind == MarkedItem::Kind::kText) {
        place.range.begin = layout_.text.size();
        write_text(item.text);
        place.range.end = layout_.text.size();
      } else if (is_kept(item.kind) && layout_.shows_kept) {
        write_space(item.text);
        place.range = {layout_.text.size(), layout_.text.size() + item.text.size()};
        layout_.text += item.text;
        waiting_.push_back(i);
      } else {
        place.range = {layout_.text.size(), layout_.text.size()};
        waiting_.push_back(i);
        passed_item_ = true;
        space_here_ = space_here_ && is_tag;
      }
    }
    return std::move(layout_);
  }

 private:
  void write_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = space_length(text, at);
      if (length == 0) {
        write_space(text.substr(at));
        const std::size_t begin = at;
        while (at < text.size() && space_length(text, at) == 0) ++at;
        layout_.text += text.substr(begin, at - begin);
        continue;
      }
      add_space(text.substr(at, length));
      at += length;
    }
  }

  void add_space(std::string_view space) {
    for (const std::size_t i : waiting_) layout_.places[i].space_after = true;
    space_here_ = true;
    const bool is_plain = space.size() == 1;
    if (layout_.text.empty() || (passed_item_ && !space_.empty())) return;
    if (passed_item_ && ends_with_any(kOpenText, layout_.text)) return;
    if (block_.markup == Markup::none) {
      space_ += space;
    } else if (!is_plain || !space_.ends_with(' ')) {
      space_ += is_plain ? " " : space;
    }
  }

  // Before something that is visible. Of an item that is not shown, the blank before it goes with it where none is
  // behind it, as in "{0}," and before "{0}" in brackets.
  void write_space(std::string_view next) {
    const bool stays = !passed_item_ || space_here_ || !begins_with_any(kCloseText, next);
    if (stays) layout_.text += space_;
    space_.clear();
    waiting_.clear();
    passed_item_ = space_here_ = false;
  }

  const MarkedBlock& block_;
  BlockLayout layout_;
  std::string space_;                 // that stands before what comes next
  bool space_here_ = false;           // directly before what comes next
  bool passed_item_ = false;          // without a place of its own, since the last text
  std::vector<std::size_t> waiting_;  // items directly behind which white space may come
};

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool cuts_word(std::string_view text, std::size_t at) {
  return at > 0 && at < text.size() && is_of_word(text[at - 1]) && is_of_word(text[at]);
}

using Occurrences = std::unordered_map<std::string_view, std::vector<TextRange>>;

// Where each of `wanted` stands by itself in `text`: longer ones first, so that what is a part of them does not count
// as another.
Occurrences occurrences_of(std::string_view text, std::span<const std::string_view> wanted) {
  std::map<std::size_t, std::unordered_set<std::string_view>, std::greater<>> by_length;
  std::array<bool, 256> begins{};
  for (const std::string_view one : wanted) {
    by_length[one.size()].insert(one);
    begins[static_cast<unsigned char>(one.front())] = true;
  }
  std::vector<bool> taken(text.size());
  Occurrences found;
  for (const auto& [length, texts] : by_length) {
    for (std::size_t at = 0; at + length <= text.size(); ++at) {
      const std::size_t end = at + length;
      if (!begins[static_cast<unsigned char>(text[at])] || cuts_word(text, at) || cuts_word(text, end)) continue;
      const std::string_view here = text.substr(at, length);
      const auto first = taken.begin() + static_cast<std::ptrdiff_t>(at),
                 last = taken.begin() + static_cast<std::ptrdiff_t>(end);
      if (!texts.contains(here) || std::find(first, last, true) != last) continue;
      found[here].push_back({at, end});
      std::fill(first, last, true);
    }
  }
  return found;
}

}  // namespace

BlockLayout lay_out(const MarkedBlock& block, bool shows_kept) {
  return LayoutWriter(block, shows_kept).write();
}

std::optional<std::vector<TextRange>> find_kept(const MarkedBlock& block, const BlockLayout& layout,
                                                std::string_view translation) {
  std::unordered_map<std::string_view, std::vector<std::size_t>> wanted;
  std::vector<std::string_view> texts;
  for (std::size_t i = 0; i < block.items.size(); ++i) {
    if (!is_kept(block.items[i].kind)) continue;
    std::vector<std::size_t>& same = wanted[block.items[i].text];
    if (same.empty()) texts.push_back(block.items[i].text);
    same.push_back(i);
  }
  std::vector<TextRange> ranges(block.items.size());
  if (texts.empty()) return ranges;
  const Occurrences sources = occurrences_of(layout.text, texts), found = occurrences_of(translation, texts);
  for (const auto& [text, items] : wanted) {
    const auto source = sources.find(text), here = found.find(text);
    if (source == sources.end() || source->second.size() != items.size()) return std::nullopt;
    if (here == found.end() || here->second.size() != items.size()) return std::nullopt;
    for (std::size_t k = 0; k < items.size(); ++k) ranges[items[k]] = here->second[k];
  }
  return ranges;
}

std::vector<TextRange> find_invented(const MarkedBlock& block, const BlockLayout& layout,
                                     std::string_view translation) {
  std::vector<std::string_view> texts, absent;
  for (const MarkedItem& item : block.items) {
    if (item.kind == MarkedItem::Kind::kPlaceholder) texts.push_back(item.text);
  }
  if (texts.empty()) return {};
  const Occurrences sources = occurrences_of(layout.text, texts);
  std::ranges::copy_if(texts, std::back_inserter(absent),
                       [&](std::string_view text) { return !sources.contains(text); });
  std::vector<TextRange> all;
  for (const auto& [text, ranges] : occurrences_of(translation, absent))
    all.insert(all.end(), ranges.begin(), ranges.end());
  std::ranges::sort(all, {}, &TextRange::begin);
  return all;
}

}  // namespace dragoman
