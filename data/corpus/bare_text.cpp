#include "data/corpus/bare_text.h"

#include "base/utf8.h"

#include <algorithm>
#include <cstddef>

namespace dragoman {
namespace {

std::size_t last_space_length(std::string_view text) {
  constexpr std::size_t kLongestSpace = 3;
  for (std::size_t length = 1; length <= std::min(kLongestSpace, text.size()); ++length) {
    if (space_length(text, text.size() - length) == length) return length;
  }
  return 0;
}

}  // namespace

std::string_view bare_text(std::string_view text) {
  while (const std::size_t length = space_length(text, 0)) text.remove_prefix(length);
  while (const std::size_t length = last_space_length(text)) text.remove_suffix(length);
  return text;
}

}  // namespace dragoman
