#include "decoding/markup/mark_tree.h"

#include <algorithm>

namespace dragoman {
namespace {

class TreeBuilder {
 public:
  TreeBuilder(const MarkedBlock& block, const BlockLayout& layout) : block_(block), layout_(layout) {
    std::vector<TextRange> shown;
    for (std::size_t i = 0; i < block.items.size(); ++i) {
      if (is_shown(i)) shown.push_back(layout.places[i].range);
    }
    tree_.units = units_around(layout.text, shown);
  }

  MarkTree build() {
    push(MarkTree::Node{});
    open_from_before();
    for (std::size_t i = 0; i < block_.items.size(); ++i) read(i);
    while (!stack_.empty()) {
      MarkTree::Node& node = top();
      node.to_end = stack_.size() > 1;
      pop(block_.items.empty() ? 0 : block_.items.size() - 1);
    }
    return std::move(tree_);
  }

 private:
  bool is_shown(std::size_t i) const { return layout_.shows_kept && is_kept(block_.items[i].kind); }
  MarkTree::Node& top() { return tree_.nodes[stack_.back()]; }

  void push(MarkTree::Node node) {
    node.depth = stack_.size();
    if (!stack_.empty()) top().children.push_back({true, tree_.nodes.size()});
    stack_.push_back(tree_.nodes.size());
    tree_.nodes.push_back(std::move(node));
  }

  void pop(std::size_t last_item) {
    MarkTree::Node& node = top();
    node.last_item = last_item;
    const std::size_t from = node.open < 0 ? 0 : place(node.open).begin,
                      to = node.close < 0 ? layout_.text.size() : place(node.close).begin;
    node.begin = static_cast<std::size_t>(unit_behind(tree_.units, from));
    node.end = std::max(node.begin, static_cast<std::size_t>(unit_before(tree_.units, to) + 1));
    stack_.pop_back();
  }

  const TextRange& place(int item) const { return layout_.places[static_cast<std::size_t>(item)].range; }

  // Of elements that end here, the last to end is around the others.
  void open_from_before() {
    MarkTree::Node node;
    node.from_start = true;
    for (const MarkedItem& item : block_.items) {
      if (item.kind == MarkedItem::Kind::kClose && item.partner < 0) push(node);
    }
  }

  void read(std::size_t i) {
    const MarkedItem& item = block_.items[i];
    switch (item.kind) {
      case MarkedItem::Kind::kText:
        return;
      case MarkedItem::Kind::kOpen: {
        MarkTree::Node node;
        node.open = static_cast<int>(i);
        node.first_item = i;
        return push(node);
      }
      case MarkedItem::Kind::kClose:
        if (stack_.size() > 1 && top().open == item.partner) {
          top().close = static_cast<int>(i);
          return pop(i);
        }
        break;
      default:
        if (is_shown(i)) return;
    }
    top().children.push_back({false, i});
  }

  const MarkedBlock& block_;
  const BlockLayout& layout_;
  MarkTree tree_;
  std::vector<std::size_t> stack_;
};

}  // namespace

std::vector<TextUnit> units_around(std::string_view text, std::span<const TextRange> whole) {
  std::vector<TextUnit> units;
  std::size_t at = 0;
  const auto add_until = [&](std::size_t end) {
    for (TextUnit unit : units_of(text.substr(at, end - at))) {
      unit.range.begin += at;
      unit.range.end += at;
      units.push_back(unit);
    }
  };
  for (const TextRange& range : whole) {
    add_until(range.begin);
    units.push_back({range, true});
    at = range.end;
  }
  add_until(text.size());
  return units;
}

MarkTree make_mark_tree(const MarkedBlock& block, const BlockLayout& layout) {
  return TreeBuilder(block, layout).build();
}

bool needs_links(const MarkTree& tree, const BlockLayout& layout) {
  for (const MarkTree::Node& node : tree.nodes) {
    for (const MarkTree::Child& child : node.children) {
      if (child.is_node && !tree.nodes[child.index].is_empty()) {
        const MarkTree::Node& inner = tree.nodes[child.index];
        if (inner.begin > node.begin || inner.end < node.end) return true;
        continue;
      }
      const std::size_t item = child.is_node ? tree.nodes[child.index].first_item : child.index;
      const std::size_t at = layout.places[item].range.begin;
      if (unit_before(tree.units, at) >= static_cast<std::ptrdiff_t>(node.begin) &&
          unit_behind(tree.units, at) < static_cast<std::ptrdiff_t>(node.end))
        return true;
    }
  }
  return false;
}

std::ptrdiff_t unit_before(std::span<const TextUnit> units, std::size_t at) {
  const auto first = std::ranges::lower_bound(units, at, {}, [](const TextUnit& unit) { return unit.range.begin; });
  return first - units.begin() - 1;
}

std::ptrdiff_t unit_behind(std::span<const TextUnit> units, std::size_t at) {
  const auto first = std::ranges::upper_bound(units, at, {}, [](const TextUnit& unit) { return unit.range.end; });
  return first - units.begin();
}

}  // namespace dragoman
