#pragma once

#include "decoding/markup/block_layout.h"
#include "decoding/markup/mark_tree.h"
#include "decoding/text/translation.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace dragoman {

/// A unit of a translation.
struct TargetUnit {
  TextUnit unit;
  std::vector<std::size_t> sources = {};  ///< the source's units that it is linked to
  int item = -1;                          ///< the kept item that it is; -1: it is text
};

/// The units of a translation of the layout; what the model made up of placeholders is not among them.
std::vector<TargetUnit> target_units(const MarkedBlock& block, const BlockLayout& layout, const MarkTree& tree,
                                     std::string_view translation, std::span<const TextLink> links);

/// Units [begin, end) of a translation.
struct UnitSpan {
  std::size_t begin = 0, end = 0;

  bool empty() const { return begin >= end; }
};

/// What a stretch of a translation gains by each of its units, if it is to be the translation of an element.
class UnitGains {
 public:
  /// node: the element, with at least one unit.
  UnitGains(std::span<const TargetUnit> target, const MarkTree& tree, const MarkTree::Node& node);

  /// Positive for what is linked into the element, negative for what is linked elsewhere.
  int of(std::size_t unit) const;

  /// Of the stretches within one of `free`, the longest of those that gain most, with the punctuation beside them that
  /// the element has; empty if none gains anything.
  UnitSpan best(std::span<const UnitSpan> free) const;

  /// Of the stretches that begin where `free` does, or end there, likewise; losses may be as great as gains.
  UnitSpan best_to_edge(UnitSpan free, bool from_begin) const;

 private:
  bool is_inside(std::size_t unit) const;
  UnitSpan best_within(UnitSpan free, int& most) const;
  void take_punctuation(UnitSpan free, UnitSpan& span) const;

  std::span<const TargetUnit> target_;
  const MarkTree& tree_;
  const MarkTree::Node& node_;
  bool has_words_ = false;
};

}  // namespace dragoman
