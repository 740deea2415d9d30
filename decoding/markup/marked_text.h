#pragma once

#include "decoding/markup/markup_kind.h"
#include "tokenizer/placeholder_finder.h"
#include "tokenizer/text_range.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// What of a text is not to be translated.
struct MarkupRules {
  Markup markup = Markup::none;
  const PlaceholderFinder* placeholders = nullptr;  ///< null: there are none
  /// Where in a text characters are that the model does not know; if there is none, it is given them as they are.
  std::function<std::vector<TextRange>(std::string_view)> unknown = {};
  bool copies_symbols = false;  ///< a text without letters is not translated
};

/// A part of a block, as it was written: text, or what is put back into its translation.
struct MarkedItem {
  enum class Kind {
    kText,
    kOpen,         ///< a start tag with its end tag in this block, or beyond
    kClose,        ///< likewise
    kPoint,        ///< a tag or the like that stands by itself
    kPlaceholder,  ///< the model may see it
    kElement,      ///< one that is not translated: the model may see what a reader sees of it
    kHidden        ///< what the model does not see
  };
  Kind kind = Kind::kText;
  std::string bytes;      ///< as they are in the source; a '<' that is text as a reference
  std::string text = {};  ///< without character references
  int partner = -1;       ///< of a tag: the index of the other one in the block; -1: it is beyond the block
  /// kText: those characters of `text` that were references: where, and how they were written.
  std::vector<std::pair<std::size_t, std::string>> references = {};
};

constexpr bool is_kept(MarkedItem::Kind kind) {
  return kind == MarkedItem::Kind::kPlaceholder || kind == MarkedItem::Kind::kElement;
}

/// What is translated as one text: between the tags of paragraphs and the like.
struct MarkedBlock {
  std::vector<MarkedItem> items;
  Markup markup = Markup::none;
  bool translated = true;  ///< false: nothing in it is, and it comes out as it is

  std::string bytes() const;
};

/// A text taken apart into blocks, and what stands between them.
class MarkedText {
 public:
  /// `text` in UTF-8, with or without line feeds.
  MarkedText(std::string_view text, const MarkupRules& rules);

  const std::vector<MarkedBlock>& blocks() const { return blocks_; }

  /// The text with these in place of the blocks.
  std::string with_blocks(std::span<const std::string> translations) const;

 private:
  class Reader;
  std::vector<std::string> between_;  // before each block, and behind the last
  std::vector<MarkedBlock> blocks_;
};

}  // namespace dragoman
