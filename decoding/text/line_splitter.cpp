#include "decoding/text/line_splitter.h"

#include <algorithm>
#include <array>

namespace dragoman {
namespace {

constexpr std::string_view kWordMark = "▁";
constexpr std::array<std::string_view, 4> kEnds = {".", "!", "?", "…"};
constexpr std::array<std::string_view, 4> kIdeographicEnds = {"。", "！", "？", "．"};
constexpr std::array<std::string_view, 9> kClosers = {"\"", "'", ")", "]", "”", "“", "’", "»", "」"};

template <std::size_t n>
bool drop_suffix(std::string_view& text, const std::array<std::string_view, n>& suffixes) {
  for (const std::string_view suffix : suffixes) {
    if (text.ends_with(suffix)) {
      text.remove_suffix(suffix.size());
      return true;
    }
  }
  return false;
}

}  // namespace

Boundary boundary_between(std::string_view piece, std::string_view next) {
  const bool goes_on = !next.empty() && (static_cast<unsigned char>(next.front()) & 0xC0) == 0x80;  // in UTF-8
  if (goes_on) return Boundary::kInsideCharacter;
  while (drop_suffix(piece, kClosers)) {
  }
  std::string_view rest = piece;
  if (drop_suffix(rest, kIdeographicEnds)) return Boundary::kSentence;
  if (!next.starts_with(kWordMark)) return Boundary::kInsideWord;
  return drop_suffix(rest, kEnds) ? Boundary::kSentence : Boundary::kWord;
}

std::vector<std::size_t> cut_into_parts(std::span<const Boundary> after, std::size_t limit) {
  std::vector<std::size_t> ends;
  std::size_t begin = 0;
  while (after.size() - begin > limit) {
    const auto window = after.subspan(begin, limit);
    // The last of the best boundaries.
    const auto best = std::max_element(window.rbegin(), window.rend());
    begin += static_cast<std::size_t>(window.rend() - best);
    ends.push_back(begin);
  }
  if (begin < after.size()) ends.push_back(after.size());
  return ends;
}

}  // namespace dragoman
