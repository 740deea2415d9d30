#include "tokenizer/line_facts.h"

#include "tokenizer/script.h"

#include <algorithm>
#include <array>
#include <limits>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace dragoman {
namespace {

// Goes through a line, character by character.
class LineFactsReader {
 public:
  explicit LineFactsReader(LineFacts& facts) : facts_(facts) {}

  void read(UChar32 c) {
    if (u_isUWhiteSpace(c) || u_charType(c) == U_CONTROL_CHAR) {
      end_number();
      run_ = 0;
      in_word_ = false;
      return;
    }
    ++facts_.characters;
    read_number(c);
    const bool alone = is_of_script_without_blanks(static_cast<char32_t>(c));
    run_ = alone ? 0 : run_ + 1;
    facts_.longest_word = std::max(facts_.longest_word, run_);
    const bool is_mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
    const bool is_part = u_isalnum(c) || (is_mark && in_word_);
    if (alone || (is_part && !in_word_)) ++facts_.words;
    in_word_ = is_part && !alone;
    if (u_isalpha(c)) read_letter(c);
  }

  void end() {
    end_number();
    std::ranges::sort(facts_.numbers);
  }

 private:
  void read_letter(UChar32 c) {
    ++facts_.letters;
    UErrorCode status = U_ZERO_ERROR;
    const ScriptCode script = uscript_getScript(c, &status);
    const auto known = std::ranges::find(facts_.scripts, script, &std::pair<ScriptCode, std::uint32_t>::first);
    if (known == facts_.scripts.end()) {
      facts_.scripts.emplace_back(script, 1);
    } else {
      ++known->second;
    }
  }

  // Points and commas may stand within a number, and mean other things in other languages.
  void read_number(UChar32 c) {
    const std::int32_t digit = u_charDigitValue(c);
    if (digit >= 0) {
      ++facts_.digits;
      number_ += static_cast<char>('0' + digit);
      has_separator_ = false;
    } else if (!number_.empty() && !has_separator_ && (c == '.' || c == ',')) {
      has_separator_ = true;
    } else {
      end_number();
    }
  }

  void end_number() {
    if (!number_.empty()) facts_.numbers.push_back(std::move(number_));
    number_.clear();
    has_separator_ = false;
  }

  LineFacts& facts_;
  std::uint32_t run_ = 0;
  bool in_word_ = false, has_separator_ = false;
  std::string number_;
};

}  // namespace

LineFacts line_facts(std::string_view text) {
  LineFacts facts;
  LineFactsReader reader(facts);
  while (!text.empty()) {
    // A line is rarely longer than an index of ICU's reaches.
    const auto size = static_cast<std::int32_t>(
        std::min(text.size(), static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())));
    for (std::int32_t i = 0; i < size;) {
      UChar32 c;
      U8_NEXT_OR_FFFD(text.data(), i, size, c);
      reader.read(c);
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  reader.end();
  return facts;
}

std::uint32_t letters_in(const LineFacts& facts, const std::vector<ScriptCode>& scripts) {
  std::uint32_t letters = 0;
  for (const auto& [script, count] : facts.scripts) {
    // Letters that several scripts share speak for none.
    const bool shared = script == USCRIPT_COMMON || script == USCRIPT_INHERITED;
    if (shared || std::ranges::find(scripts, script) != scripts.end()) letters += count;
  }
  return letters;
}

std::vector<ScriptCode> scripts_of_language(std::string_view code) {
  if (code.empty()) return {};
  std::string locale(code);
  std::ranges::replace(locale, '-', '_');
  std::array<UScriptCode, 8> codes{};
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t count =
      uscript_getCode(locale.c_str(), codes.data(), static_cast<std::int32_t>(codes.size()), &status);
  std::vector<ScriptCode> scripts;
  for (std::int32_t i = 0; U_SUCCESS(status) && i < count; ++i) {
    const UScriptCode one = codes[static_cast<std::size_t>(i)];
    const bool is_han = one == USCRIPT_SIMPLIFIED_HAN || one == USCRIPT_TRADITIONAL_HAN;
    if (one > USCRIPT_INHERITED) scripts.push_back(is_han ? USCRIPT_HAN : one);
  }
  return scripts;
}

std::string script_name(ScriptCode script) {
  return uscript_getName(static_cast<UScriptCode>(script));
}

}  // namespace dragoman
