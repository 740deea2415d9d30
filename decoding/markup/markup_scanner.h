#pragma once

#include "decoding/markup/markup_kind.h"

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A part of a text with markup.
struct MarkupToken {
  enum class Kind {
    kText,
    kOpen,
    kClose,
    kEmpty,   ///< an element that is one tag: <br>, <x/>
    kOpaque,  ///< comments, declarations, processing instructions, CDATA; scripts and the like with what is in them
  };
  Kind kind;
  std::string_view bytes;
  std::string name = {};   ///< of an element; small letters in HTML
  bool translated = true;  ///< false: what is in the element stays as it is
};

/// The parts of `text`, which are all of it. Whatever is no markup is text: a '<' that begins no tag, or one whose tag
/// never ends. What else has no end, a comment or a script, ends with the text.
std::vector<MarkupToken> scan_markup(std::string_view text, Markup markup);

/// Whether an element of HTML, by its name in small letters, begins and ends what is read as one text, as paragraphs,
/// table cells and line breaks do.
bool separates_texts(std::string_view name);

}  // namespace dragoman
