#include "tokenizer/folded_letters.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace dragoman {
namespace {

void append_character(std::string& text, UChar32 c) {
  char bytes[U8_MAX_LENGTH];
  std::int32_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, c);
  text.append(bytes, static_cast<std::size_t>(length));
}

}  // namespace

std::string folded_letters(std::string_view text) {
  std::string letters;
  letters.reserve(text.size());
  bool in_word = false;
  while (!text.empty()) {
    const auto size = static_cast<std::int32_t>(
        std::min(text.size(), static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())));
    for (std::int32_t i = 0; i < size;) {
      if (const auto byte = static_cast<unsigned char>(text[static_cast<std::size_t>(i)]); byte < 0x80) {
        const unsigned char lower = byte | 0x20;
        in_word = lower >= 'a' && lower <= 'z';
        if (in_word) letters += static_cast<char>(lower);
        ++i;
        continue;
      }
      UChar32 c;
      U8_NEXT(text.data(), i, size, c);
      const bool is_letter = c >= 0 && u_isalpha(c);
      in_word = is_letter || (in_word && c >= 0 && (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0);
      if (in_word) append_character(letters, is_letter ? u_foldCase(c, U_FOLD_CASE_DEFAULT) : c);
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return letters;
}

}  // namespace dragoman
