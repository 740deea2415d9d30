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
