#include "decoding/markup/mark_placer.h"

#include "decoding/markup/escaped_text.h"
#include "decoding/markup/placed_elements.h"
#include "decoding/markup/target_units.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

// Deeper elements stand for themselves, with all in them.
constexpr std::size_t kDeepest = 100;

class MarkPlacer {
 public:
  MarkPlacer(const MarkedBlock& block, const BlockLayout& layout, const MarkTree& tree, std::string_view translation,
             std::span<const TextLink> links)
      : block_(block),
        layout_(layout),
        tree_(tree),
        translation_(translation),
        target_(target_units(block, layout, tree, translation, links)),
        escaped_(block),
        first_(tree.units.size(), target_.size()),
        last_(tree.units.size(), target_.size()) {
    if (block.markup != Markup::none) note_source_spaces();
    for (std::size_t t = 0; t < target_.size(); ++t) {
      for (const std::size_t source : target_[t].sources) {
        if (first_[source] == target_.size()) first_[source] = t;
        last_[source] = t;
      }
    }
  }

  std::string place() {
    write(tree_.nodes.front(), {0, target_.size()});
    return std::move(out_);
  }

 private:
  using Node = MarkTree::Node;

  // What is put into one element, by where.
  struct Inside {
    PlacedElements elements;
    std::map<std::size_t, std::vector<MarkTree::Child>> before_space, behind_space;
  };

  void write(const Node& node, UnitSpan span) {
    if (node.open >= 0) out_ += item(node.open).bytes;
    const Inside inside = inside_of(node, span);
    const auto write_points = [&](const auto& points, std::size_t at, bool behind_space) {
      const auto found = points.find(at);
      if (found == points.end()) return;
      for (const MarkTree::Child& child : found->second) write_point(child, {at, behind_space}, span);
    };
    for (std::size_t at = span.begin;;) {
      write_points(inside.before_space, at, false);
      if (at > span.begin && at < span.end) out_ += space_before(at);
      write_points(inside.behind_space, at, true);
      if (at >= span.end) break;
      if (const PlacedElements::Element* element = inside.elements.at(at)) {
        write(*element->node, element->span);
        at = element->span.end;
      } else {
        write_unit(at++);
      }
    }
    if (node.close >= 0) out_ += item(node.close).bytes;
  }

  Inside inside_of(const Node& node, UnitSpan span) const {
    Inside inside{PlacedElements(span), {}, {}};
    std::vector<MarkTree::Child> points;
    // Those that must be at an end come first.
    const auto choose = [&](bool at_end) {
      for (const MarkTree::Child& child : node.children) {
        if (!child.is_node) {
          if (!at_end) points.push_back(child);
          continue;
        }
        const Node& inner = tree_.nodes[child.index];
        if ((inner.from_start || inner.to_end) != at_end) continue;
        const UnitSpan chosen = span_of(inner, node, span, inside);
        if (chosen.empty()) {
          points.push_back(child);
        } else {
          inside.elements.add(inner, chosen);
        }
      }
    };
    choose(true);
    choose(false);
    std::ranges::sort(points, {}, [&](const MarkTree::Child& child) { return first_item(child); });
    // What has no text between it stays together.
    for (auto first = points.begin(); first != points.end();) {
      auto last = first;
      while (last + 1 != points.end() && stand_together(*last, *(last + 1))) ++last;
      const Gap gap = gap_of(*first, *last, node, span, inside);
      auto& there = (gap.behind_space ? inside.behind_space : inside.before_space)[gap.at];
      there.insert(there.end(), first, last + 1);
      first = last + 1;
    }
    return inside;
  }

  UnitSpan span_of(const Node& inner, const Node& outer, UnitSpan span, const Inside& inside) const {
    if (inner.is_empty() || span.empty() || inner.depth > kDeepest) return {};
    const bool is_all = inner.begin <= outer.begin && inner.end >= outer.end;
    const bool whole = is_all && inside.elements.empty();
    if (whole) return span;
    if (inner.from_start && inner.to_end) return {};
    const UnitGains gains(target_, tree_, inner);
    if (inner.from_start) return gains.best_to_edge(inside.elements.free_before(), true);
    if (inner.to_end) return gains.best_to_edge(inside.elements.free_behind(), false);
    return gains.best(inside.elements.free_within(window_of(inner)));
  }

  // Where units are linked to the element's, and what of its punctuation may be beside these.
  UnitSpan window_of(const Node& node) const {
    UnitSpan window{target_.size(), 0};
    std::size_t marks = 0;
    for (std::size_t source = node.begin; source < node.end; ++source) {
      marks += tree_.units[source].is_word ? 0 : 1;
      if (first_[source] == target_.size()) continue;
      window.begin = std::min(window.begin, first_[source]);
      window.end = std::max(window.end, last_[source] + 1);
    }
    return {window.begin - std::min(window.begin, marks), std::min(window.end + marks, target_.size())};
  }

  std::size_t first_item(const MarkTree::Child& child) const {
    return child.is_node ? tree_.nodes[child.index].first_item : child.index;
  }

  std::size_t last_item(const MarkTree::Child& child) const {
    return child.is_node ? tree_.nodes[child.index].last_item : child.index;
  }

  std::size_t begin_of(const MarkTree::Child& child) const { return layout_.places[first_item(child)].range.begin; }
  std::size_t end_of(const MarkTree::Child& child) const { return layout_.places[last_item(child)].range.end; }

  bool is_of_block(const MarkTree::Child& child) const {
    return !child.is_node || !(tree_.nodes[child.index].from_start || tree_.nodes[child.index].to_end);
  }

  bool stand_together(const MarkTree::Child& one, const MarkTree::Child& next) const {
    return end_of(one) == begin_of(next) && is_of_block(one) && is_of_block(next);
  }

  // Of points that stand together.
  Gap gap_of(const MarkTree::Child& first_child, const MarkTree::Child& last_child, const Node& outer, UnitSpan span,
             const Inside& inside) const {
    const Gap begin{span.begin, true}, end{span.end, span.empty()};
    if (first_child.is_node && tree_.nodes[first_child.index].from_start) return begin;
    if (last_child.is_node && tree_.nodes[last_child.index].to_end) return end;
    const BlockLayout::Place &first_place = layout_.places[first_item(first_child)],
                             &last_place = layout_.places[last_item(last_child)];
    const std::ptrdiff_t left = unit_before(tree_.units, first_place.range.begin),
                         right = unit_behind(tree_.units, last_place.range.end);
    const auto first_unit = static_cast<std::ptrdiff_t>(outer.begin), end_unit = static_cast<std::ptrdiff_t>(outer.end);
    if (span.empty() || left < first_unit) return begin;
    if (right >= end_unit) return end;
    const bool prefers_right = first_place.space_before && !last_place.space_after,
               touches_one = first_place.space_before != last_place.space_after;
    const std::ptrdiff_t most = std::max(left - first_unit, end_unit - 1 - right) + 1;
    for (std::ptrdiff_t distance = 0; distance < std::min<std::ptrdiff_t>(most, kFarthest); ++distance) {
      for (const bool looks_right : {prefers_right, !prefers_right}) {
        const std::ptrdiff_t unit = looks_right ? right + distance : left - distance;
        if (unit < first_unit || unit >= end_unit) continue;
        const auto& targets = looks_right ? first_ : last_;
        const std::size_t found = targets[static_cast<std::size_t>(unit)];
        if (found < span.begin || found >= span.end) continue;
        return inside.elements.outside({looks_right ? found : found + 1, touches_one ? prefers_right : looks_right});
      }
    }
    // As far into the parent as it was.
    const std::size_t share = span.begin + (span.end - span.begin) * static_cast<std::size_t>(right - first_unit) /
                                               std::max<std::size_t>(outer.end - outer.begin, 1);
    return inside.elements.outside({share, false});
  }

  // White space goes with it as it did in the source; and what did not touch a word there does not here.
  void write_point(const MarkTree::Child& child, Gap gap, UnitSpan span) {
    const std::size_t first = first_item(child), last = last_item(child);
    const BlockLayout::Place &first_place = layout_.places[first], &last_place = layout_.places[last];
    const bool visible = !child.is_node && is_visible(first);
    const auto is_word = [&](std::ptrdiff_t unit) {
      return unit >= 0 && unit < std::ssize(tree_.units) && tree_.units[static_cast<std::size_t>(unit)].is_word;
    };
    if (gap.at > span.begin) {
      const bool parts_words =
          visible && target_[gap.at - 1].unit.is_word && !is_word(unit_before(tree_.units, first_place.range.begin));
      if (first_place.space_before || parts_words) add_blank();
    }
    for (std::size_t i = first; i <= last; ++i) {
      const bool is_in_place = layout_.shows_kept && is_kept(block_.items[i].kind);
      if (is_in_place || block_.items[i].kind == MarkedItem::Kind::kText) continue;
      if (i > first && layout_.places[i].space_before && is_visible(i)) add_blank();
      out_ += block_.items[i].bytes;
    }
    if (gap.at < span.end && (gap.behind_space || !has_space_before(gap.at))) {
      const bool parts_words =
          visible && target_[gap.at].unit.is_word && !is_word(unit_behind(tree_.units, last_place.range.end));
      if (parts_words || (last_place.space_after && (gap.behind_space || target_[gap.at].unit.is_word))) add_blank();
    }
  }

  bool is_visible(std::size_t i) const {
    return is_kept(block_.items[i].kind) || block_.items[i].kind == MarkedItem::Kind::kHidden;
  }

  void add_blank() {
    if (!out_.empty() && out_.back() != ' ') out_ += ' ';
  }

  bool has_space_before(std::size_t at) const {
    return at > 0 && target_[at - 1].unit.range.end < target_[at].unit.range.begin;
  }

  std::string space_before(std::size_t at) {
    const std::size_t from = target_[at - 1].unit.range.end;
    std::string_view space = translation_.substr(from, target_[at].unit.range.begin - from);
    if (const auto source = source_spaces_.find(neighbours(target_text(at - 1), target_text(at)));
        source != source_spaces_.end())
      return escaped_(source->second);
    // Where a unit was left out: white space counts once.
    if (!units_of(space).empty()) space = space.find(' ') != std::string_view::npos ? " " : "";
    if (out_.ends_with(' ') && space.starts_with(' ')) space.remove_prefix(1);
    return escaped_(space);
  }

  void write_unit(std::size_t at) {
    const int kept = target_[at].item;
    out_ += kept >= 0 ? item(kept).bytes : escaped_(target_text(at));
  }

  std::string_view target_text(std::size_t at) const {
    const TextRange& range = target_[at].unit.range;
    return translation_.substr(range.begin, range.end - range.begin);
  }

  static std::string neighbours(std::string_view left, std::string_view right) {
    return std::string(left) + '\n' + std::string(right);
  }

  // A no-break space between a number and its unit, of which a model makes a blank.
  void note_source_spaces() {
    const auto text = [&](std::size_t from, std::size_t to) {
      return std::string_view(layout_.text).substr(from, to - from);
    };
    for (std::size_t i = 1; i < tree_.units.size(); ++i) {
      const TextRange &left = tree_.units[i - 1].range, &right = tree_.units[i].range;
      const std::string_view space = text(left.end, right.begin);
      if (space.size() > 1)
        source_spaces_[neighbours(text(left.begin, left.end), text(right.begin, right.end))] = space;
    }
  }

  const MarkedItem& item(int i) const { return block_.items[static_cast<std::size_t>(i)]; }

  static constexpr std::ptrdiff_t kFarthest = 16;  // units to look for one that is linked

  const MarkedBlock& block_;
  const BlockLayout& layout_;
  const MarkTree& tree_;
  std::string_view translation_;
  std::vector<TargetUnit> target_;
  EscapedText escaped_;
  std::vector<std::size_t> first_, last_;  // of each unit of the source, the units linked to it; past the end: none
  std::unordered_map<std::string, std::string> source_spaces_;  // that are no blank, by the units beside them
  std::string out_;
};

}  // namespace

std::string place_marks(const MarkedBlock& block, const BlockLayout& layout, const MarkTree& tree,
                        std::string_view translation, std::span<const TextLink> links) {
  return MarkPlacer(block, layout, tree, translation, links).place();
}

}  // namespace dragoman
