#include "decoding/markup/placed_elements.h"

#include <algorithm>
#include <iterator>

namespace dragoman {

const PlacedElements::Element* PlacedElements::at(std::size_t begin) const {
  const auto found = elements_.find(begin);
  return found == elements_.end() ? nullptr : &found->second;
}

UnitSpan PlacedElements::free_before() const {
  return {parent_.begin, empty() ? parent_.end : elements_.begin()->first};
}

UnitSpan PlacedElements::free_behind() const {
  return {empty() ? parent_.begin : elements_.rbegin()->second.span.end, parent_.end};
}

std::vector<UnitSpan> PlacedElements::free_within(UnitSpan window) const {
  std::vector<UnitSpan> free;
  std::size_t begin = std::max(window.begin, parent_.begin);
  const std::size_t end = std::min(window.end, parent_.end);
  auto element = elements_.upper_bound(begin);
  if (element != elements_.begin()) begin = std::max(begin, std::prev(element)->second.span.end);
  for (; element != elements_.end() && element->first < end; ++element) {
    free.push_back({begin, element->first});
    begin = element->second.span.end;
  }
  if (begin < end) free.push_back({begin, end});
  return free;
}

Gap PlacedElements::outside(Gap gap) const {
  auto element = elements_.lower_bound(gap.at);
  if (element != elements_.begin()) {
    const UnitSpan within = std::prev(element)->second.span;
    if (gap.at < within.end) gap.at = gap.behind_space ? within.begin : within.end;
  }
  if (!empty()) {
    const Element &first = elements_.begin()->second, &last = elements_.rbegin()->second;
    if (first.node->from_start && gap.at <= first.span.begin) gap.at = first.span.end;
    if (last.node->to_end && gap.at >= last.span.end) return {last.span.begin, true};
  }
  if (gap.at == parent_.begin) gap.behind_space = true;
  if (gap.at == parent_.end) gap.behind_space = false;
  return gap;
}

}  // namespace dragoman
