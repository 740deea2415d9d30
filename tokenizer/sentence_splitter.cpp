#include "tokenizer/sentence_splitter.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <stdexcept>
#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

namespace dragoman {
namespace {

void check(UErrorCode status) {
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU cannot find sentences: {}", u_errorName(status)));
}

bool is_one_of(std::initializer_list<int> categories, UChar32 c) {
  return std::ranges::count(categories, u_charType(c)) > 0;
}

bool is_ascii_quote(UChar32 c) {
  return c == '"' || c == '\'';
}

// “ opens in English and closes in German, so that sides are of no account.
bool is_quote(UChar32 c) {
  return is_ascii_quote(c) || is_one_of({U_INITIAL_PUNCTUATION, U_FINAL_PUNCTUATION}, c) || c == 0x201E || c == 0x201A;
}

bool is_closer(UChar32 c) {
  return is_quote(c) || u_charType(c) == U_END_PUNCTUATION;
}

bool is_end_of_quotation(UChar32 c) {
  return is_ascii_quote(c) || is_one_of({U_FINAL_PUNCTUATION, U_END_PUNCTUATION}, c);
}

bool is_opener(UChar32 c) {
  return is_quote(c) || u_charType(c) == U_START_PUNCTUATION;
}

bool is_dash(UChar32 c) {
  return u_charType(c) == U_DASH_PUNCTUATION;
}

bool is_cased_letter(UChar32 c) {
  return u_hasBinaryProperty(c, UCHAR_CASED);
}

bool is_roman_digit(UChar32 c) {
  return c < 0x80 && std::string_view("IVXLC").find(static_cast<char>(c)) != std::string_view::npos;
}

// What a word with a full stop consists of.
struct WordShape {
  int letters = 0, digits = 0, others = 0, stops = 0;
  int longest_run = 0;  // of letters between stops
  bool roman = true, cased = true;
};

WordShape shape_of(std::string_view word) {
  WordShape shape;
  int run = 0;
  const auto size = static_cast<std::int32_t>(word.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT_OR_FFFD(word.data(), i, size, c);
    const bool letter = u_isalpha(c);
    shape.letters += letter;
    shape.digits += u_isdigit(c);
    shape.stops += c == '.';
    shape.others += !letter && !u_isdigit(c) && c != '.';
    shape.roman = shape.roman && is_roman_digit(c);
    shape.cased = shape.cased && (!letter || is_cased_letter(c));
    run = letter ? run + 1 : 0;
    shape.longest_run = std::max(shape.longest_run, run);
  }
  return shape;
}

// Whether ICU could find an end at all: most lines of most corpora have their only one at the end.
bool may_have_two(std::string_view text) {
  const auto is_other = [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\r' || c == '\n'; };
  if (std::ranges::any_of(text, is_other)) return true;
  const std::size_t stop = text.find_first_of(".?!");
  return stop != std::string_view::npos && text.find_first_not_of(".?!\"') \t", stop) != std::string_view::npos;
}

}  // namespace

struct SentenceSplitter::Rules {
  std::unique_ptr<icu::BreakIterator> iterator;
};

// Characters of UTF-8 by the place of their first byte.
class SentenceSplitter::Text {
 public:
  explicit Text(std::string_view text) : bytes_(text), size_(static_cast<std::int32_t>(text.size())) {}

  // The character at `place`, which moves behind it.
  UChar32 next(std::size_t& place) const {
    auto i = static_cast<std::int32_t>(place);
    UChar32 c;
    U8_NEXT_OR_FFFD(bytes_.data(), i, size_, c);
    place = static_cast<std::size_t>(i);
    return c;
  }

  // The character before `place`, which moves to it.
  UChar32 previous(std::size_t& place) const {
    auto i = static_cast<std::int32_t>(place);
    UChar32 c;
    U8_PREV_OR_FFFD(bytes_.data(), 0, i, c);
    place = static_cast<std::size_t>(i);
    return c;
  }

  // `end` moved back to `begin` at most, over characters of which `wanted` is true.
  template <typename Wanted>
  std::size_t back_over(std::size_t begin, std::size_t end, const Wanted& wanted) const {
    while (end > begin) {
      std::size_t before = end;
      if (!wanted(previous(before))) break;
      end = before;
    }
    return end;
  }

  // `begin` moved forward over characters of which `wanted` is true.
  template <typename Wanted>
  std::size_t over(std::size_t begin, const Wanted& wanted) const {
    while (begin < bytes_.size()) {
      std::size_t behind = begin;
      if (!wanted(next(behind))) break;
      begin = behind;
    }
    return begin;
  }

  std::size_t size() const { return bytes_.size(); }
  std::string_view part(std::size_t begin, std::size_t end) const { return bytes_.substr(begin, end - begin); }

 private:
  std::string_view bytes_;
  std::int32_t size_;
};

SentenceSplitter::SentenceSplitter(const std::string& language) : abbreviations_(language) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale locale = language.empty() ? icu::Locale::getRoot() : icu::Locale::forLanguageTag(language, status);
  auto rules = std::make_unique<Rules>();
  rules->iterator.reset(icu::BreakIterator::createSentenceInstance(locale, status));
  check(status);
  rules_ = std::move(rules);
}

SentenceSplitter::~SentenceSplitter() = default;

std::vector<TextRange> SentenceSplitter::split(std::string_view bytes) const {
  std::vector<TextRange> sentences{{0, bytes.size()}};
  if (bytes.size() > std::numeric_limits<std::int32_t>::max() || !may_have_two(bytes)) return sentences;
  const Text text(bytes);
  const auto is_no_word = [](UChar32 c) { return !u_isalnum(c); };
  const std::size_t last = text.back_over(0, bytes.size(), is_no_word);  // behind the last letter or number
  std::size_t first = text.over(0, is_no_word);                          // that of the sentence

  UErrorCode status = U_ZERO_ERROR;
  const icu::LocalUTextPointer utext(utext_openUTF8(nullptr, bytes.data(), std::ssize(bytes), &status));
  const std::unique_ptr<icu::BreakIterator> ends(rules_->iterator->clone());
  if (!ends) status = U_MEMORY_ALLOCATION_ERROR;
  if (U_SUCCESS(status)) ends->setText(utext.getAlias(), status);
  check(status);
  for (std::int32_t at = ends->next(); at != icu::BreakIterator::DONE; at = ends->next()) {
    const std::size_t begin = sentences.back().begin;
    auto next = static_cast<std::size_t>(at);
    std::size_t end = text.back_over(begin, next, u_isUWhiteSpace);
    if (end == next) {
      // ICU counts a quotation's beginning to what it follows where no blank is between them.
      end = next = text.back_over(begin, next, [](UChar32 c) {
        return is_one_of({U_START_PUNCTUATION, U_INITIAL_PUNCTUATION}, c);
      });
    } else if (const std::size_t behind = text.over(next, is_end_of_quotation); behind > next) {
      // « Halte ! » A quotation's end may have blanks on both sides.
      const std::size_t after = text.over(behind, u_isUWhiteSpace);
      if (after > behind) {
        end = behind;
        next = after;
      }
    }
    if (next >= last || first >= end || !ends_sentence(text, begin, first, end, next)) continue;
    sentences.back().end = end;
    sentences.push_back({next, bytes.size()});
    first = text.over(next, is_no_word);
  }
  return sentences;
}

// Whether the sentence from `begin`, with its first letter or number at `first`, ends at `end`, which ICU thinks; there
// is nothing but white space from there to `next`.
bool SentenceSplitter::ends_sentence(const Text& text, std::size_t begin, std::size_t first, std::size_t end,
                                     std::size_t next) const {
  const std::size_t stop = text.back_over(begin, end, [](UChar32 c) { return is_closer(c) || u_isUWhiteSpace(c); });
  std::size_t mark = stop;
  const UChar32 ending = mark > begin ? text.previous(mark) : 0;
  // In Greek, where alone ICU stops there, a semicolon is a question mark.
  if (!u_hasBinaryProperty(ending, UCHAR_S_TERM) && ending != ';' && ending != 0x37E) {
    // Then it is the end of a paragraph, unless ICU sees a closer where we do not.
    return text.back_over(end, next, [](UChar32 c) { return c == ' '; }) > end;
  }
  // "example.com?page=1" goes on; ends of scripts that have no blanks need none.
  if (ending < 0x80 && end == next) return false;
  // “Who is it?” she asks. – The sentence goes on, whatever ends the quotation. Of ends without case it says nothing.
  std::size_t going_on = text.over(next, [](UChar32 c) { return is_opener(c) || is_dash(c) || u_isUWhiteSpace(c); });
  if (ending < 0x80 && going_on < text.size() && u_islower(text.next(going_on))) return false;
  return ending != '.' || !is_abbreviated(text, begin, first, mark, next);
}

// Whether the full stop at `stop` belongs to the word before it.
bool SentenceSplitter::is_abbreviated(const Text& text, std::size_t begin, std::size_t first, std::size_t stop,
                                      std::size_t next) const {
  const std::size_t from = text.back_over(begin, stop, [](UChar32 c) {
    return !u_isUWhiteSpace(c) && !is_closer(c) && !is_opener(c) && !is_dash(c) && c != '/';
  });
  const std::string word(text.part(from, stop));
  const WordShape shape = shape_of(word);
  if (shape.others > 0 || shape.letters + shape.digits == 0) return false;
  const bool is_first = first >= from;
  if (shape.letters == 0) {
    constexpr int kMostDigits = 2;  // of days, centuries and points of a list; a year ends a sentence
    return shape.stops == 0 && shape.digits <= kMostDigits && (is_first || abbreviations_.has_ordinals());
  }
  if (!shape.cased) return false;
  const bool is_initial = shape.digits == 0 && shape.stops == 0 && shape.letters == 1;
  const bool is_of_initials = shape.digits == 0 && shape.stops > 0 && shape.longest_run <= 2 && word.back() != '.';
  const bool is_roman_ordinal = shape.roman && (is_first || abbreviations_.has_roman_ordinals());
  if (is_initial || is_of_initials || is_roman_ordinal || abbreviations_.has(word)) return true;
  std::size_t behind = next;
  return u_isdigit(text.next(behind)) && abbreviations_.has_before_number(word);
}

}  // namespace dragoman
