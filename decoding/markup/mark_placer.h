#pragma once

#include "decoding/markup/block_layout.h"
#include "decoding/markup/mark_tree.h"
#include "decoding/markup/marked_text.h"
#include "decoding/text/translation.h"

#include <span>
#include <string>
#include <string_view>

namespace dragoman {

/// The translation of a block's layout with all that is not text put back, each item once; what it has of markup nests
/// as the source's does. links: of the layout's text and the translation, which find_kept() must find complete if the
/// layout shows what is kept.
///
/// An element goes around the translation's units that most fill a stretch of it: for each that is linked to a unit of
/// the element's it gains, for each that is linked to another it loses. One that is around all of its parent in the
/// source is so in the translation. What stands for itself stays at the beginning or end of its parent where it stood
/// there, and goes beside the translation of the unit that it stood beside otherwise, rather the one before it than
/// the one behind it, unless it touches that one alone. So does an element of which nothing is linked.
std::string place_marks(const MarkedBlock& block, const BlockLayout& layout, const MarkTree& tree,
                        std::string_view translation, std::span<const TextLink> links);

}  // namespace dragoman
