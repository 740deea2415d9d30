#include "tokenizer/language_code.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <unicode/locid.h>
#include <unicode/uloc.h>
#include <vector>

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

namespace {

struct Locale {
  std::string language, script, region;
};

// Codes of three letters with two where there are such, those of individual languages ("arb", "swh") with that of the
// language they count as; nothing where ICU cannot read it. with_likely: script and region that are not said are the
// usual ones.
std::optional<Locale> locale_of(std::string_view code, bool with_likely) {
  icu::Locale locale = icu::Locale::createCanonical(std::string(code).c_str());
  UErrorCode status = U_ZERO_ERROR;
  if (with_likely) locale.addLikelySubtags(status);
  if (code.empty() || locale.isBogus() || U_FAILURE(status) || *locale.getLanguage() == '\0') return std::nullopt;
  return Locale{locale.getLanguage(), locale.getScript(), locale.getCountry()};
}

// Whether ICU has locales of the language in more than one script.
bool has_several_scripts(const std::string& language) {
  std::int32_t count = 0;
  const icu::Locale* all = icu::Locale::getAvailableLocales(count);
  return std::any_of(all, all + count, [&](const icu::Locale& locale) {
    return locale.getLanguage() == language && *locale.getScript() != '\0';
  });
}

std::string plain(std::string_view code) {
  std::string text(code);
  for (char& c : text) c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

}  // namespace

std::string language_alone(std::string_view code) {
  const auto locale = locale_of(code, false);
  return locale ? locale->language : "";
}

std::string language_script(std::string_view code) {
  const auto locale = locale_of(code, true);
  return locale ? locale->script : "";
}

std::string language_name(std::string_view code) {
  const auto said = locale_of(code, false), meant = locale_of(code, true);
  if (!said || !meant) return std::string(code);
  // A region that is none ("en_XX") or that only says the script ("zh_CN") is not told.
  const bool scripts = has_several_scripts(said->language) && (!said->script.empty() || !said->region.empty());
  const bool region = !said->region.empty() && said->region != "XX" && !(scripts && said->script.empty());
  const icu::Locale shown(fmt::format("{}{}{}{}{}", said->language, scripts ? "_" : "", scripts ? meant->script : "",
                                      region ? "_" : "", region ? said->region : "")
                              .c_str());
  icu::UnicodeString name;
  shown.getDisplayName(icu::Locale::getEnglish(), name);
  std::string text;
  name.toUTF8String(text);
  return text.empty() ? std::string(code) : text;
}

std::optional<std::size_t> language_named(std::span<const std::string> codes, std::string_view name) {
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (plain(codes[i]) == plain(name)) return i;
  }
  const auto said = locale_of(name, false), meant = locale_of(name, true);
  if (!said || !meant) return std::nullopt;
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const auto candidate = locale_of(codes[i], true);
    if (candidate && candidate->language == meant->language &&
        (said->script.empty() || candidate->script == meant->script) &&
        (said->region.empty() || candidate->region == meant->region))
      found.push_back(i);
  }
  if (found.size() > 1) {
    std::vector<std::string> several;
    for (const std::size_t i : found) several.push_back(codes[i]);
    throw std::invalid_argument(fmt::format("'{}' could be each of {}; choose one", name, fmt::join(several, " ")));
  }
  return found.empty() ? std::nullopt : std::optional(found.front());
}

}  // namespace dragoman
