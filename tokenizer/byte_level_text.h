#pragma once

#include "tokenizer/text_range.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

// What a byte-level tokenizer does to text before it makes pieces of it, as GPT-2's does (Radford et al. 2019) and
// Hugging Face's tokenizers 0.23 for the models built as it.

/// The character, in UTF-8, that a byte is written as in the pieces: itself where it is a visible one of Latin-1, or
/// else one from U+0100 on. None is white space: that for a space is Ġ.
std::string_view character_of_byte(unsigned char byte);

/// Bytes as a piece is written.
std::string piece_of_bytes(std::string_view bytes);

/// The bytes that a piece is written for; nothing if one of its characters is written for none.
std::optional<std::string> bytes_of_piece(std::string_view piece);

/// The words of `text` (UTF-8) in order, none of which a piece crosses; together they are the text. By the expression
///   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
/// with the letters and numbers of Unicode 16.0, as tokenizers 0.23 has them. An ill-formed part is one character.
std::vector<TextRange> byte_level_words(std::string_view text);

}  // namespace dragoman
