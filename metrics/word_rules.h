#pragma once

#include "metrics/segment_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace dragoman {

/// Code points from `first` to `last`.
struct CodeRange {
  std::uint32_t first, last;
};

inline bool is_in(std::span<const CodeRange> ranges, std::uint32_t code) {
  return std::ranges::any_of(ranges, [&](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

/// What a character is to the tokenizers of mteval and Tercom.
enum class CharacterKind : unsigned char {
  kNone,   ///< beyond either end of the text
  kSpace,  ///< white space
  kLetter,
  kDigit,
  kSymbol,  ///< a word of its own
  kStop,    ///< a word of its own, unless between two digits
  kDash,    ///< a word of its own behind a digit
};

/// A character's kind and its length in bytes.
struct KindOfCharacter {
  CharacterKind kind = CharacterKind::kNone;
  std::size_t length = 0;
};

/// The ASCII characters' kinds in the rules for Western languages.
inline constexpr auto kWesternKinds = [] {
  std::array<CharacterKind, 128> kinds{};
  for (std::size_t c = 0; c < 128; ++c) {
    const bool space = (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20);
    const bool symbol = (c > ' ' && c <= '&') || (c >= '(' && c <= '+') || c == '/' || (c >= ':' && c <= '@') ||
                        (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
    kinds[c] = space                  ? CharacterKind::kSpace
               : symbol               ? CharacterKind::kSymbol
               : c >= '0' && c <= '9' ? CharacterKind::kDigit
               : c == '.' || c == ',' ? CharacterKind::kStop
               : c == '-'             ? CharacterKind::kDash
                                      : CharacterKind::kLetter;
  }
  return kinds;
}();

/// By the rules for Western languages, which look at ASCII alone; any other character is a letter, byte by byte.
inline KindOfCharacter western_kind_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return {kWesternKinds[byte], 1};
  const std::size_t space = space_length(text, at);
  return space > 0 ? KindOfCharacter{CharacterKind::kSpace, space} : KindOfCharacter{CharacterKind::kLetter, 1};
}

/// Replaces `words` by those of `text`, as views into it. `kind_at(text, at)` tells the character that starts at `at`;
/// `outside` is what is at either end: kSpace or kNone, which is no neighbour to any rule.
///
/// This is what mteval's substitutions come to: the first sets each stop apart that follows a non-digit, the second
/// each that precedes one. A substitution does not look at a character again, so that of a run of stops the first rule
/// takes every other one: a stop that it has taken is not the non-digit before the next.
template <class KindAt>
void split_by_rules(std::string_view text, CharacterKind outside, KindAt kind_at,
                    std::vector<std::string_view>& words) {
  words.clear();
  std::size_t word = 0;  // where the word at hand begins
  const auto end_word = [&](std::size_t end) {
    if (end > word) words.push_back(text.substr(word, end - word));
  };
  CharacterKind previous = outside;
  bool previous_taken = false;  // a stop, by the first rule
  KindOfCharacter next = text.empty() ? KindOfCharacter{} : kind_at(text, std::size_t{0});
  for (std::size_t at = 0; at < text.size();) {
    const KindOfCharacter here = next;
    const std::size_t end = at + here.length;
    next = end < text.size() ? kind_at(text, end) : KindOfCharacter{outside, 0};
    bool apart = here.kind == CharacterKind::kSymbol;
    bool taken = false;
    if (here.kind == CharacterKind::kStop) {
      taken = previous != CharacterKind::kDigit && previous != CharacterKind::kNone && !previous_taken;
      apart = taken || (next.kind != CharacterKind::kDigit && next.kind != CharacterKind::kNone);
    } else if (here.kind == CharacterKind::kDash) {
      apart = previous == CharacterKind::kDigit;
    }
    if (apart || here.kind == CharacterKind::kSpace) {
      end_word(at);
      if (apart) words.push_back(text.substr(at, here.length));
      word = end;
    }
    previous = here.kind;
    previous_taken = taken;
    at = end;
  }
  end_word(text.size());
}

}  // namespace dragoman
