#pragma once

#include "app/documents/inline_item.h"

#include <cstddef>
#include <span>
#include <vector>

namespace dragoman {

XmlFragment& operator+=(XmlFragment& fragment, const XmlFragment& more);

/// The items of a paragraph in fewer: points that follow one another are one, what surrounds no text is a point, and
/// what surrounds a break begins and ends a text as breaks do.
std::vector<InlineItem> simplified(std::vector<InlineItem> items);

/// Of each kOpen the index of its kClose; of others their own.
std::vector<std::size_t> closing_items(std::span<const InlineItem> items);

/// How much of `items` at both ends is no text: points, and what surrounds all of the rest.
struct OuterItems {
  std::size_t begin = 0, end = 0;  ///< the rest
};
OuterItems outer_items(std::span<const InlineItem> items);

/// A part of the items as they stand there.
XmlFragment written(std::span<const InlineItem> items);

}  // namespace dragoman
