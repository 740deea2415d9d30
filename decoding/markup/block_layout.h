#pragma once

#include "decoding/markup/marked_text.h"
#include "tokenizer/text_range.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The text of a block as the model sees it, and where in it the items are.
struct BlockLayout {
  struct Place {
    TextRange range;            ///< empty, unless the item is text or shown
    bool space_before = false;  ///< white space stands between it and the text before it
    bool space_after = false;
  };
  std::string text;
  std::vector<Place> places;  ///< of each item
  bool shows_kept = true;
};

/// White space is what HTML makes of it, one blank for many, if the block has markup. Around an item that is not shown
/// it counts once.
BlockLayout lay_out(const MarkedBlock& block, bool shows_kept);

/// Where the kept items are in a translation of a layout that shows them, by item; those of others are empty. None if
/// one is not there as often as in the source.
std::optional<std::vector<TextRange>> find_kept(const MarkedBlock& block, const BlockLayout& layout,
                                                std::string_view translation);

/// Where placeholders are in a translation of a layout that does not show them: the model made them up.
std::vector<TextRange> find_invented(const MarkedBlock& block, const BlockLayout& layout, std::string_view translation);

}  // namespace dragoman
