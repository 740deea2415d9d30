#pragma once

#include "tokenizer/text_range.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace dragoman {

/// A part of a text that is not divided when something is put into the text: a word with what stands within it ("3.5",
/// "re-used"), or a punctuation mark or symbol at a word's edge or by itself. In scripts that write no blanks between
/// words each character is a unit.
struct TextUnit {
  TextRange range;
  bool is_word = false;  ///< rather than punctuation or a symbol

  bool operator==(const TextUnit&) const = default;
};

/// The units of `text` (UTF-8), in order; nothing but white space and control characters lies between them.
std::vector<TextUnit> units_of(std::string_view text);

/// Whether `text` has a letter, and whether it has a letter or a digit.
bool has_letter(std::string_view text);
bool has_letter_or_digit(std::string_view text);

/// How many columns of a terminal or a subtitle `text` takes: two for each wide character (Unicode Standard Annex #11),
/// and none for marks and what is not seen.
std::size_t columns_of(std::string_view text);

}  // namespace dragoman
