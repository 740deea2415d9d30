#pragma once

#include "decoding/markup/block_layout.h"
#include "decoding/markup/marked_text.h"
#include "tokenizer/text_units.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace dragoman {

/// The units of `text`, of which each of `whole`, in order, is one.
std::vector<TextUnit> units_around(std::string_view text, std::span<const TextRange> whole);

/// The elements of a block, as they nest, and the units of its text that they have.
struct MarkTree {
  struct Child {
    bool is_node;
    std::size_t index;  ///< of the node, or of an item that stands for itself
  };
  struct Node {
    int open = -1, close = -1;                  ///< items; -1: beyond the block
    std::size_t first_item = 0, last_item = 0;  ///< with these tags
    std::size_t begin = 0, end = 0;             ///< units
    std::size_t depth = 0;
    std::vector<Child> children;
    bool from_start = false, to_end = false;  ///< it began before the block, ends behind it

    bool is_empty() const { return begin == end; }
  };
  std::vector<TextUnit> units;  ///< of the layout's text
  std::vector<Node> nodes;      ///< the first is the block
};

MarkTree make_mark_tree(const MarkedBlock& block, const BlockLayout& layout);

/// Whether it takes word links to say where in a translation the marks belong: not where they are around all of it.
bool needs_links(const MarkTree& tree, const BlockLayout& layout);

/// The index of the last unit that begins before `at`, -1 if none does, and of the first that ends behind it,
/// units.size() if none does.
std::ptrdiff_t unit_before(std::span<const TextUnit> units, std::size_t at);
std::ptrdiff_t unit_behind(std::span<const TextUnit> units, std::size_t at);

}  // namespace dragoman
