#include "metrics/segment_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringpiece.h>
#include <unicode/utf8.h>
#include <utility>

namespace dragoman {
namespace {

// Length in bytes of the white space character that ends `text`, 0 if there is none.
std::size_t trailing_space_length(std::string_view text) {
  for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length) {
    if (space_length(text, text.size() - length) == length) return length;
  }
  return 0;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; });
}

}  // namespace

// Unlike Unicode's White_Space, Python's includes the separators U+001C to U+001F. Lead bytes never occur inside
// another character, so that any byte may be looked at.
std::size_t space_length(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(at);
  if (first < 0x80) return (first >= 0x09 && first <= 0x0D) || (first >= 0x1C && first <= 0x20) ? 1 : 0;
  const unsigned second = byte(at + 1);
  const unsigned third = byte(at + 2);
  switch (first) {
    case 0xC2:  // U+0085, U+00A0
      return second == 0x85 || second == 0xA0 ? 2 : 0;
    case 0xE1:  // U+1680
      return second == 0x9A && third == 0x80 ? 3 : 0;
    case 0xE2:  // U+2000 to U+200A, U+2028, U+2029, U+202F; U+205F
      if (second == 0x80) {
        return (third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF ? 3 : 0;
      }
      return second == 0x81 && third == 0x9F ? 3 : 0;
    case 0xE3:  // U+3000
      return second == 0x80 && third == 0x80 ? 3 : 0;
    default:
      return 0;
  }
}

std::string_view strip_trailing_space(std::string_view text) {
  while (const std::size_t length = trailing_space_length(text)) text.remove_suffix(length);
  return text;
}

std::string_view strip_space(std::string_view text) {
  while (const std::size_t length = space_length(text, 0)) text.remove_prefix(length);
  return strip_trailing_space(text);
}

void split_words(std::string_view text, std::vector<std::string_view>& words) {
  words.clear();
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = space_length(text, at);
    if (length == 0) {
      ++at;
      continue;
    }
    if (at > start) words.push_back(text.substr(start, at - start));
    at += length;
    start = at;
  }
  if (text.size() > start) words.push_back(text.substr(start));
}

std::string to_lowercase(std::string_view text) {
  if (is_ascii(text)) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return result;
  }
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw std::invalid_argument(fmt::format("cannot lower-case a line of {} bytes; the limit is 2 GiB", text.size()));
  }
  std::string result;
  result.reserve(text.size());
  icu::StringByteSink<std::string> sink(&result);
  UErrorCode status = U_ZERO_ERROR;
  // The empty locale is the root locale, so that the result does not depend on where the program runs.
  icu::CaseMap::utf8ToLower("", 0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
                            status);
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("cannot lower-case a line: {}", u_errorName(status)));
  return result;
}

Character character_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1};
  // A character has at most 4 bytes, so that offsets never outgrow ICU's 32 bits.
  const std::string_view rest = text.substr(at, 4);
  std::int32_t length = 0;
  UChar32 code = 0;
  U8_NEXT(rest.data(), length, static_cast<std::int32_t>(rest.size()), code);
  if (code < 0) return {0x110000u + first, 1};
  return {static_cast<std::uint32_t>(code), static_cast<std::size_t>(length)};
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  if (at == std::string::npos) return;
  std::string result;
  std::size_t copied = 0;
  for (; at != std::string::npos; at = text.find(from, copied)) {
    result.append(text, copied, at - copied).append(to);
    copied = at + from.size();
  }
  result.append(text, copied);
  text = std::move(result);
}

void undo_entities(std::string& text) {
  if (text.find('&') == std::string::npos) return;
  replace_all(text, "&quot;", "\"");
  replace_all(text, "&amp;", "&");
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");
}

}  // namespace dragoman
