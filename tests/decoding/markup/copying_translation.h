#pragma once

#include "decoding/markup/block_layout.h"
#include "decoding/markup/mark_placer.h"
#include "decoding/markup/mark_tree.h"
#include "decoding/markup/marked_text.h"
#include "decoding/text/translation.h"
#include "tokenizer/text_units.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// What a model might make of a text: its units in another order, each linked to where it comes from.
struct LinkedText {
  std::string text;
  std::vector<TextLink> links;

  void add(const TextRange& range, std::string_view translation, bool blank) {
    if (blank && !text.empty()) text += ' ';
    links.push_back({range, {text.size(), text.size() + translation.size()}});
    text += translation;
  }
};

/// The units of `source` as they are, or from the last to the first.
inline LinkedText copied(std::string_view source, bool reversed = false) {
  LinkedText translation;
  std::vector<TextUnit> units = units_of(source);
  if (reversed) std::ranges::reverse(units);
  for (const TextUnit& unit : units) {
    const TextRange& range = unit.range;
    const bool blank = reversed || (range.begin > 0 && source[range.begin - 1] == ' ');
    translation.add(range, source.substr(range.begin, range.end - range.begin), blank);
  }
  return translation;
}

/// `text` with each block so translated.
inline std::string translated(std::string_view text, const MarkupRules& rules, bool reversed = false) {
  const MarkedText marked(text, rules);
  std::vector<std::string> blocks;
  for (const MarkedBlock& block : marked.blocks()) {
    BlockLayout layout = lay_out(block, true);
    LinkedText translation = copied(layout.text, reversed);
    if (!find_kept(block, layout, translation.text)) {
      layout = lay_out(block, false);
      translation = copied(layout.text, reversed);
    }
    const MarkTree tree = make_mark_tree(block, layout);
    blocks.push_back(block.translated ? place_marks(block, layout, tree, translation.text, translation.links)
                                      : block.bytes());
  }
  return marked.with_blocks(blocks);
}

}  // namespace dragoman
