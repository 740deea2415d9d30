#include "tokenizer/text_units.h"

#include "tokenizer/script.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace dragoman {
namespace {

struct UnitCharacter {
  TextRange range;
  enum class Kind { kSpace, kWord, kAlone, kOther } kind;
};

UnitCharacter::Kind kind_of(UChar32 c) {
  using enum UnitCharacter::Kind;
  if (u_isUWhiteSpace(c) || u_charType(c) == U_CONTROL_CHAR) return kSpace;
  if (is_of_script_without_blanks(static_cast<char32_t>(c))) return kAlone;
  if (u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0) return kWord;
  return kOther;
}

// Marks and joiners go with the character before them.
bool goes_on(UChar32 c) {
  return (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_CF_MASK)) != 0 || u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER);
}

std::vector<UnitCharacter> characters_of(std::string_view text) {
  if (text.size() > std::numeric_limits<std::int32_t>::max()) throw std::length_error("a text of more than 2 GiB");
  std::vector<UnitCharacter> characters;
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < size;) {
    const auto begin = static_cast<std::size_t>(i);
    UChar32 c;
    U8_NEXT_OR_FFFD(text.data(), i, size, c);
    const auto end = static_cast<std::size_t>(i);
    const bool more = !characters.empty() && characters.back().kind != UnitCharacter::Kind::kSpace && goes_on(c);
    if (more)
      characters.back().range.end = end;
    else
      characters.push_back({{begin, end}, kind_of(c)});
  }
  return characters;
}

// Of the characters [begin, end), between which there is no white space.
void add_units(const std::vector<UnitCharacter>& characters, std::size_t begin, std::size_t end,
               std::vector<TextUnit>& units) {
  using enum UnitCharacter::Kind;
  const auto add = [&](std::size_t from, std::size_t to, bool is_word) {
    units.push_back({{characters[from].range.begin, characters[to - 1].range.end}, is_word});
  };
  while (begin < end) {
    if (characters[begin].kind != kWord) {
      add(begin, begin + 1, characters[begin].kind == kAlone);
      ++begin;
      continue;
    }
    // As far as there are letters before a character that stands alone.
    std::size_t last = begin;
    for (std::size_t i = begin; i < end && characters[i].kind != kAlone; ++i) {
      if (characters[i].kind == kWord) last = i;
    }
    add(begin, last + 1, true);
    begin = last + 1;
  }
}

template <typename Predicate>
bool any_character(std::string_view text, const Predicate& is_wanted) {
  const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), std::numeric_limits<int>::max()));
  for (std::int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT_OR_FFFD(text.data(), i, size, c);
    if (is_wanted(c)) return true;
  }
  return false;
}

}  // namespace

std::vector<TextUnit> units_of(std::string_view text) {
  const std::vector<UnitCharacter> characters = characters_of(text);
  std::vector<TextUnit> units;
  for (std::size_t begin = 0; begin < characters.size();) {
    const auto is_space = [&](std::size_t i) { return characters[i].kind == UnitCharacter::Kind::kSpace; };
    if (is_space(begin)) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < characters.size() && !is_space(end)) ++end;
    add_units(characters, begin, end, units);
    begin = end;
  }
  return units;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  any_character(text, [&](UChar32 c) {
    const bool is_unseen = (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_CC_MASK | U_GC_CF_MASK)) != 0;
    const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    columns += is_unseen ? 0 : width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
    return false;
  });
  return columns;
}

bool has_letter(std::string_view text) {
  return any_character(text, [](UChar32 c) { return u_isalpha(c) != 0; });
}

bool has_letter_or_digit(std::string_view text) {
  return any_character(text, [](UChar32 c) { return u_isalnum(c) != 0; });
}

}  // namespace dragoman
