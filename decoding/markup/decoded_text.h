#pragma once

#include "decoding/markup/markup_kind.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// A text with characters in place of their references.
struct DecodedText {
  std::string text;
  std::vector<std::size_t> source;  ///< where each byte of `text` came from; with one more for the end
  std::vector<std::pair<std::size_t, std::string>> references;  ///< where in `text`, and how they were written
};

/// Of references that stand for nothing known, the text has what was written.
DecodedText decode_text(std::string_view bytes, Markup markup);

/// The same as far as such a reference.
DecodedText decode_until_unknown(std::string_view bytes, Markup markup);

/// The bytes of Unicode's white space at a text's beginning, and at its end.
std::size_t spaces_at_begin(std::string_view text);
std::size_t spaces_at_end(std::string_view text);

/// `text` with one blank for each stretch of white space, and none at its ends.
std::string with_single_blanks(std::string_view text);

}  // namespace dragoman
