#include "tokenizer/language_code.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <stdexcept>
#include <unicode/uloc.h>

namespace dragoman {

std::string language_code(std::string_view text) {
  constexpr std::size_t kLongest = 63;
  const auto refuse = [&] {
    throw std::invalid_argument(fmt::format("'{}' is no language code; write it as en, pt-BR or zh-Hans", text));
  };
  std::string tag(text);
  std::ranges::replace(tag, '_', '-');
  const std::size_t language = std::min(tag.find('-'), tag.size());
  // Tags may begin with a word of up to eight letters, but no language has one: it is a name ("english").
  if (tag.size() > kLongest || language < 2 || language > 3) refuse();
  UErrorCode status = U_ZERO_ERROR;
  char locale[ULOC_FULLNAME_CAPACITY], canonical[ULOC_FULLNAME_CAPACITY];
  std::int32_t parsed = 0;
  uloc_forLanguageTag(tag.c_str(), locale, sizeof locale, &parsed, &status);
  uloc_toLanguageTag(locale, canonical, sizeof canonical, true, &status);
  if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || parsed != static_cast<int>(tag.size()))
    refuse();
  // Of codes with two letters all are known; of those with three there are more than ICU knows.
  if (language == 2 && *uloc_getISO3Language(locale) == '\0') refuse();
  return canonical;
}

}  // namespace dragoman
