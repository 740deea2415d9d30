#include "tokenizer/punctuation.h"

#include "tokenizer/language_code.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <span>
#include <stdexcept>
#include <unicode/regex.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

/// One replacement, of a pattern if `needs` is a character without which it finds nothing, else of this very text.
struct Rule {
  const char16_t* from;
  const char16_t* to;
  char16_t needs = 0;
  bool repeats = false;  ///< until it finds nothing
};

// White space as Python's expressions have it.
#define DRAGOMAN_SPACE u"[\\t-\\r\\x1c-\\x20\\x85\\p{Z}]"

constexpr Rule kSpaces{u"  ", u" ", 0, true};

constexpr std::array kPlainForms = {Rule{u"，", u","},
                                    Rule{u"。" DRAGOMAN_SPACE u"*", u". ", u'。'},
                                    Rule{u"、", u","},
                                    Rule{u"”", u"\""},
                                    Rule{u"“", u"\""},
                                    Rule{u"∶", u":"},
                                    Rule{u"：", u":"},
                                    Rule{u"？", u"?"},
                                    Rule{u"《", u"\""},
                                    Rule{u"》", u"\""},
                                    Rule{u"）", u")"},
                                    Rule{u"！", u"!"},
                                    Rule{u"（", u"("},
                                    Rule{u"；", u";"},
                                    Rule{u"」", u"\""},
                                    Rule{u"「", u"\""},
                                    Rule{u"０", u"0"},
                                    Rule{u"１", u"1"},
                                    Rule{u"２", u"2"},
                                    Rule{u"３", u"3"},
                                    Rule{u"４", u"4"},
                                    Rule{u"５", u"5"},
                                    Rule{u"６", u"6"},
                                    Rule{u"７", u"7"},
                                    Rule{u"８", u"8"},
                                    Rule{u"９", u"9"},
                                    Rule{u"．" DRAGOMAN_SPACE u"*", u". ", u'．'},
                                    Rule{u"～", u"~"},
                                    Rule{u"’", u"'"},
                                    Rule{u"…", u"..."},
                                    Rule{u"━", u"-"},
                                    Rule{u"〈", u"<"},
                                    Rule{u"〉", u">"},
                                    Rule{u"【", u"["},
                                    Rule{u"】", u"]"},
                                    Rule{u"％", u"%"}};

constexpr std::array kSpacing = {Rule{u"\r", u""},
                                 Rule{u"(", u" ("},
                                 Rule{u")", u") "},
                                 kSpaces,
                                 Rule{u"\\) ([.!:?;,])", u")$1", u')'},
                                 Rule{u"( ", u"("},
                                 Rule{u" )", u")"},
                                 Rule{u"(\\d) %", u"$1%", u'%'},
                                 Rule{u" :", u":"},
                                 Rule{u" ;", u";"}};

// The second pair of straight quotation marks is what kPlainForms leaves, the first what it does not see.
constexpr std::array kQuotes = {Rule{u"`", u"'"},
                                Rule{u"''", u" \" "},
                                Rule{u"„", u"\""},
                                Rule{u"“", u"\""},
                                Rule{u"”", u"\""},
                                Rule{u"–", u"-"},
                                Rule{u"—", u" - "},
                                kSpaces,
                                Rule{u"´", u"'"},
                                Rule{u"([a-zA-Z])‘([a-zA-Z])", u"$1'$2", u'‘'},
                                Rule{u"‘", u"'"},
                                Rule{u"‚", u"'"},
                                Rule{u"''", u"\""},
                                Rule{u"\u00A0«\u00A0", u"\""},
                                Rule{u"«\u00A0", u"\""},
                                Rule{u"«", u"\""},
                                Rule{u"\u00A0»\u00A0", u"\""},
                                Rule{u"\u00A0»", u"\""},
                                Rule{u"»", u"\""}};

constexpr std::array kFixedSpaces = {Rule{u"\u00A0%", u"%"},    Rule{u"nº\u00A0", u"nº "},
                                     Rule{u"\u00A0:", u":"},    Rule{u"\u00A0ºC", u" ºC"},
                                     Rule{u"\u00A0cm", u" cm"}, Rule{u"\u00A0?", u"?"},
                                     Rule{u"\u00A0!", u"!"},    Rule{u"\u00A0;", u";"},
                                     Rule{u",\u00A0", u", "},   kSpaces};

constexpr std::array kQuotesOutside = {Rule{u"\"([,.]+)", u"$1\"", u'"'}};
constexpr std::array kQuotesInside = {Rule{u",\"", u"\","},
                                      Rule{u"(\\.+)\"(" DRAGOMAN_SPACE u"*[^<])", u"\"$1$2", u'"'}};
constexpr std::array kDecimalCommas = {Rule{u"(\\d)\u00A0(\\d)", u"$1,$2", u'\u00A0'}};
constexpr std::array kDecimalPoints = {Rule{u"(\\d)\u00A0(\\d)", u"$1.$2", u'\u00A0'}};

#undef DRAGOMAN_SPACE

bool is_one_of(std::string_view language, std::initializer_list<std::string_view> languages) {
  return std::ranges::find(languages, language) != languages.end();
}

void require_done(UErrorCode status) {
  if (U_FAILURE(status))
    throw std::runtime_error(fmt::format("ICU cannot replace punctuation: {}", u_errorName(status)));
}

bool is_space(UChar32 character) {
  return (character >= 0x09 && character <= 0x0D) || (character >= 0x1C && character <= 0x20) || character == 0x85 ||
         (U_GET_GC_MASK(character) & U_GC_Z_MASK);
}

// Without characters of the categories C, and without white space at the ends.
icu::UnicodeString cleaned(const icu::UnicodeString& text) {
  icu::UnicodeString kept;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 character = text.char32At(i);
    if (!(U_GET_GC_MASK(character) & U_GC_C_MASK)) kept.append(character);
  }
  std::int32_t begin = 0, end = kept.length();
  while (begin < end && is_space(kept.char32At(begin))) begin = kept.moveIndex32(begin, 1);
  while (end > begin && is_space(kept.char32At(kept.moveIndex32(end, -1)))) end = kept.moveIndex32(end, -1);
  return {kept, begin, end - begin};
}

}  // namespace

class PunctuationNormaliser::Rules {
 public:
  explicit Rules(const std::string& language) {
    add(kPlainForms);
    add(kSpacing);
    add(kQuotes);
    add(kFixedSpaces);
    if (language == "en") add(kQuotesOutside);
    if (is_one_of(language, {"de", "es", "fr"})) add(kQuotesInside);
    if (is_one_of(language, {"de", "es", "cs", "fr"})) {
      add(kDecimalCommas);
    } else {
      add(kDecimalPoints);
    }
  }

  void apply(icu::UnicodeString& text) const {
    for (const Compiled& rule : rules_) {
      if (rule.needs == 0) {
        replace_text(rule, text);
      } else if (text.indexOf(rule.needs) >= 0) {
        replace_pattern(rule, text);
      }
    }
  }

 private:
  struct Compiled {
    icu::UnicodeString from, to;
    char16_t needs;
    bool repeats;
    std::unique_ptr<const icu::RegexPattern> pattern;
  };

  void add(std::span<const Rule> rules) {
    for (const Rule& rule : rules) {
      Compiled compiled{rule.from, rule.to, rule.needs, rule.repeats, nullptr};
      if (rule.needs != 0) {
        UErrorCode status = U_ZERO_ERROR;
        compiled.pattern.reset(icu::RegexPattern::compile(compiled.from, 0, status));
        require_done(status);
      }
      rules_.push_back(std::move(compiled));
    }
  }

  static void replace_text(const Compiled& rule, icu::UnicodeString& text) {
    do {
      text.findAndReplace(rule.from, rule.to);
    } while (rule.repeats && text.indexOf(rule.from) >= 0);
  }

  static void replace_pattern(const Compiled& rule, icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(rule.pattern->matcher(text, status));
    require_done(status);
    const icu::UnicodeString replaced = matcher->replaceAll(rule.to, status);
    require_done(status);
    text = replaced;
  }

  std::vector<Compiled> rules_;
};

PunctuationNormaliser::PunctuationNormaliser(std::string_view language)
    : rules_(std::make_unique<const Rules>(language_alone(language))) {}
PunctuationNormaliser::~PunctuationNormaliser() = default;
PunctuationNormaliser::PunctuationNormaliser(PunctuationNormaliser&&) noexcept = default;
PunctuationNormaliser& PunctuationNormaliser::operator=(PunctuationNormaliser&&) noexcept = default;

std::string PunctuationNormaliser::operator()(std::string_view text) const {
  auto characters = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  rules_->apply(characters);
  std::string normalised;
  cleaned(characters).toUTF8String(normalised);
  return normalised;
}

}  // namespace dragoman
