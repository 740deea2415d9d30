#include "app/documents/inline_items.h"

#include <algorithm>
#include <utility>

namespace dragoman {
namespace {

class ItemSimplifier {
 public:
  std::vector<InlineItem> operator()(std::vector<InlineItem> items) {
    for (InlineItem& item : items) add(std::move(item));
    return std::move(result_);
  }

 private:
  struct Opened {
    std::size_t index;
    bool has_text = false, has_break = false;
  };

  void add(InlineItem item) {
    using enum InlineItem::Kind;
    switch (item.kind) {
      case kOpen:
        open_.push_back({result_.size()});
        result_.push_back(std::move(item));
        break;
      case kClose:
        close(std::move(item));
        break;
      case kPoint:
        if (!result_.empty() && result_.back().kind == kPoint)
          result_.back().written += item.written;
        else
          result_.push_back(std::move(item));
        break;
      case kText:
      case kBreak:
        for (Opened& opened : open_) (item.kind == kText ? opened.has_text : opened.has_break) = true;
        result_.push_back(std::move(item));
    }
  }

  void close(InlineItem item) {
    using enum InlineItem::Kind;
    const Opened opened = open_.back();
    open_.pop_back();
    if (opened.has_break) {
      result_[opened.index].kind = item.kind = kBreak;
      result_.push_back(std::move(item));
    } else if (!opened.has_text) {
      InlineItem point{kPoint, written(std::span(result_).subspan(opened.index))};
      point.written += item.written;
      result_.resize(opened.index, {kPoint, {}});
      add(std::move(point));
    } else {
      result_.push_back(std::move(item));
    }
  }

  std::vector<InlineItem> result_;
  std::vector<Opened> open_;
};

}  // namespace

XmlFragment& operator+=(XmlFragment& fragment, const XmlFragment& more) {
  fragment.insert(fragment.end(), more.begin(), more.end());
  return fragment;
}

std::vector<InlineItem> simplified(std::vector<InlineItem> items) {
  return ItemSimplifier()(std::move(items));
}

std::vector<std::size_t> closing_items(std::span<const InlineItem> items) {
  std::vector<std::size_t> closing(items.size()), open;
  for (std::size_t i = 0; i < items.size(); ++i) {
    closing[i] = i;
    if (items[i].kind == InlineItem::Kind::kOpen) open.push_back(i);
    if (items[i].kind != InlineItem::Kind::kClose || open.empty()) continue;
    closing[open.back()] = i;
    open.pop_back();
  }
  return closing;
}

OuterItems outer_items(std::span<const InlineItem> items) {
  using enum InlineItem::Kind;
  const std::vector<std::size_t> closing = closing_items(items);
  OuterItems rest{0, items.size()};
  while (rest.begin < rest.end) {
    if (items[rest.begin].kind == kPoint) {
      ++rest.begin;
    } else if (items[rest.end - 1].kind == kPoint) {
      --rest.end;
    } else if (items[rest.begin].kind == kOpen && closing[rest.begin] == rest.end - 1) {
      ++rest.begin;
      --rest.end;
    } else {
      break;
    }
  }
  return rest;
}

XmlFragment written(std::span<const InlineItem> items) {
  XmlFragment all;
  for (const InlineItem& item : items) all += item.written;
  return all;
}

}  // namespace dragoman
