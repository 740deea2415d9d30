#include "tokenizer/script.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace dragoman {

bool is_of_script_without_blanks(char32_t character) {
  constexpr char32_t kFirst = 0x0E00;  // Thai; asking for the script takes longer
  if (character < kFirst) return false;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(character), &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

}  // namespace dragoman
