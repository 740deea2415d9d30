#pragma once

#include "decoding/markup/mark_tree.h"
#include "decoding/markup/target_units.h"

#include <cstddef>
#include <map>
#include <vector>

namespace dragoman {

/// A place between the units of a translation: before unit `at`, and before or behind the white space there.
struct Gap {
  std::size_t at = 0;
  bool behind_space = false;  ///< rather with the unit behind it than with the one before
};

/// The elements within one element of a translation, side by side.
class PlacedElements {
 public:
  struct Element {
    const MarkTree::Node* node;
    UnitSpan span;
  };

  /// parent: what all of them are in.
  explicit PlacedElements(UnitSpan parent) : parent_(parent) {}

  bool empty() const { return elements_.empty(); }

  /// Where nothing else is.
  void add(const MarkTree::Node& node, UnitSpan span) { elements_[span.begin] = {&node, span}; }

  /// The one that begins there; null if none does.
  const Element* at(std::size_t begin) const;

  /// What is free of the parent: before the first, behind the last, and within a window.
  UnitSpan free_before() const;
  UnitSpan free_behind() const;
  std::vector<UnitSpan> free_within(UnitSpan window) const;

  /// A gap within an element moves to its edge; one beyond an element that is at an end of the text for being open
  /// there, to the other edge of that.
  Gap outside(Gap gap) const;

 private:
  UnitSpan parent_;
  std::map<std::size_t, Element> elements_;  // by where they begin
};

}  // namespace dragoman
