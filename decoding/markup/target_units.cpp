#include "decoding/markup/target_units.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dragoman {
namespace {

void link_units(const MarkTree& tree, std::span<const TextLink> links, std::vector<TargetUnit>& target) {
  for (const TextLink& link : links) {
    const auto sources =
        std::pair(unit_behind(tree.units, link.source.begin), unit_before(tree.units, link.source.end));
    auto unit = std::ranges::upper_bound(target, link.target.begin, {},
                                         [](const TargetUnit& one) { return one.unit.range.end; });
    for (; unit != target.end() && unit->unit.range.begin < link.target.end; ++unit) {
      if (unit->item >= 0) continue;
      for (std::ptrdiff_t i = sources.first; i <= sources.second; ++i)
        unit->sources.push_back(static_cast<std::size_t>(i));
    }
  }
}

}  // namespace

std::vector<TargetUnit> target_units(const MarkedBlock& block, const BlockLayout& layout, const MarkTree& tree,
                                     std::string_view translation, std::span<const TextLink> links) {
  struct Whole {
    TextRange range;
    int item;
  };
  std::vector<Whole> whole;
  if (layout.shows_kept) {
    if (const auto kept = find_kept(block, layout, translation)) {
      for (std::size_t i = 0; i < kept->size(); ++i) {
        if ((*kept)[i].begin < (*kept)[i].end) whole.push_back({(*kept)[i], static_cast<int>(i)});
      }
    }
    std::ranges::sort(whole, {}, [](const Whole& one) { return one.range.begin; });
  } else {
    for (const TextRange& range : find_invented(block, layout, translation)) whole.push_back({range, -1});
  }
  std::vector<TextRange> ranges;
  for (const Whole& one : whole) ranges.push_back(one.range);
  std::vector<TargetUnit> target;
  auto next = whole.begin();
  for (const TextUnit& unit : units_around(translation, ranges)) {
    TargetUnit& added = target.emplace_back(TargetUnit{unit});
    if (next == whole.end() || !(next->range == unit.range)) continue;
    const int item = (next++)->item;
    if (item < 0) {
      target.pop_back();
    } else {
      added.item = item;
      added.sources = {
          static_cast<std::size_t>(unit_behind(tree.units, layout.places[static_cast<std::size_t>(item)].range.begin))};
    }
  }
  link_units(tree, links, target);
  return target;
}

UnitGains::UnitGains(std::span<const TargetUnit> target, const MarkTree& tree, const MarkTree::Node& node)
    : target_(target), tree_(tree), node_(node) {
  for (std::size_t i = node.begin; i < node.end; ++i) has_words_ = has_words_ || tree.units[i].is_word;
}

bool UnitGains::is_inside(std::size_t unit) const {
  return std::ranges::any_of(target_[unit].sources,
                             [&](std::size_t source) { return source >= node_.begin && source < node_.end; });
}

int UnitGains::of(std::size_t unit) const {
  constexpr int kLinked = 4, kUnlinked = -1;
  if (has_words_ && !target_[unit].unit.is_word) return 0;
  if (target_[unit].sources.empty()) return kUnlinked;
  return is_inside(unit) ? kLinked : -kLinked;
}

UnitSpan UnitGains::best_to_edge(UnitSpan free, bool from_begin) const {
  UnitSpan best;
  int sum = 0, most = 0;
  for (std::size_t count = 1; count <= free.end - free.begin; ++count) {
    const std::size_t unit = from_begin ? free.begin + count - 1 : free.end - count;
    const int gain = of(unit);
    sum += gain;
    if (gain <= 0 || sum < most) continue;
    best = from_begin ? UnitSpan{free.begin, unit + 1} : UnitSpan{unit, free.end};
    most = sum;
  }
  return best;
}

UnitSpan UnitGains::best(std::span<const UnitSpan> free) const {
  UnitSpan best;
  int most = 0;
  for (const UnitSpan& one : free) {
    if (const UnitSpan found = best_within(one, most); !found.empty()) best = found;
  }
  return best;
}

// Empty unless one gains more than `most`, which it becomes.
UnitSpan UnitGains::best_within(UnitSpan free, int& most) const {
  UnitSpan span{free.begin, free.begin}, best;
  int sum = 0;
  for (std::size_t i = free.begin; i < free.end; ++i) {
    if (sum < 0) {
      sum = 0;
      span.begin = i;
    }
    sum += of(i);
    span.end = i + 1;
    const bool is_longer = !best.empty() && sum == most && span.end - span.begin > best.end - best.begin;
    if (sum > most || is_longer) best = span;
    most = std::max(most, sum);
  }
  if (best.empty()) return best;
  while (of(best.begin) <= 0) ++best.begin;
  while (of(best.end - 1) <= 0) --best.end;
  if (has_words_) take_punctuation(free, best);
  return best;
}

// What stands at the element's edges of it, beside the words.
void UnitGains::take_punctuation(UnitSpan free, UnitSpan& span) const {
  const auto is_mark = [&](std::size_t unit) { return !target_[unit].unit.is_word; };
  for (std::size_t i = node_.end; i > node_.begin && !tree_.units[i - 1].is_word; --i) {
    if (span.end < free.end && is_mark(span.end)) ++span.end;
  }
  for (std::size_t i = node_.begin; i < node_.end && !tree_.units[i].is_word; ++i) {
    if (span.begin > free.begin && is_mark(span.begin - 1)) --span.begin;
  }
}

}  // namespace dragoman
