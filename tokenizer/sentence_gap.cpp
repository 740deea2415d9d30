#include "tokenizer/sentence_gap.h"

#include <algorithm>
#include <cstdint>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace dragoman {
namespace {

// By the last character that has a script of its own: punctuation is of all.
bool is_without_blanks(std::string_view text) {
  constexpr std::size_t kMostBytes = 256;  // a line may have many sentences
  text = text.substr(text.size() - std::min(text.size(), kMostBytes));
  for (auto i = static_cast<std::int32_t>(text.size()); i > 0;) {
    UChar32 c;
    U8_PREV_OR_FFFD(text.data(), 0, i, c);
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(c, &status)) {
      case USCRIPT_COMMON:
      case USCRIPT_INHERITED:
      case USCRIPT_UNKNOWN:
        continue;
      case USCRIPT_HAN:
      case USCRIPT_HIRAGANA:
      case USCRIPT_KATAKANA:
      case USCRIPT_BOPOMOFO:
      case USCRIPT_YI:
        return true;
      default:
        return false;
    }
  }
  return false;
}

}  // namespace

std::string gap_of_translation(std::string_view source, std::string_view gap, std::string_view translation) {
  const bool none = is_without_blanks(translation);
  if (none == is_without_blanks(source)) return std::string(gap);
  return none ? "" : " ";
}

}  // namespace dragoman
