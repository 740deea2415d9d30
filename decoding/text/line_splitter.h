#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace dragoman {

/// How well a text can be cut between two of its tokens.
enum class Boundary : std::uint8_t { kInsideCharacter, kInsideWord, kWord, kSentence };

/// The boundary between the surfaces of two neighbouring pieces, where "▁" begins a word: kSentence behind a full stop,
/// question or exclamation mark (closing quotes and brackets may follow it in the piece) before a new word, and
/// directly behind the ideographic ones.
Boundary boundary_between(std::string_view piece, std::string_view next);

/// Cuts a text of `after.size()` tokens into consecutive parts of at most `limit` tokens (at least 1), and returns
/// where each part ends; the last end is the text's. `after[i]` is the boundary behind token i. A part that must be cut
/// ends at its last sentence boundary, or else its last word boundary, or else at its last character's end, or else at
/// the limit.
std::vector<std::size_t> cut_into_parts(std::span<const Boundary> after, std::size_t limit);

}  // namespace dragoman
