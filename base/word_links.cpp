#include "base/word_links.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace dragoman {
namespace {

// "3-4" or "3p4"; `sure` says which.
WordLink parse_link(std::string_view text, bool& sure) {
  std::uint16_t source = 0, target = 0;
  const char *begin = text.data(), *end = begin + text.size();
  const auto [dash, source_error] = std::from_chars(begin, end, source);
  if (source_error == std::errc() && dash != end && (*dash == '-' || *dash == 'p')) {
    sure = *dash == '-';
    const auto [rest, target_error] = std::from_chars(dash + 1, end, target);
    if (target_error == std::errc() && rest == end) return {source, target};
  }
  throw std::invalid_argument(
      fmt::format("'{}' is no link; write SOURCE-TARGET, or SOURCEpTARGET for a possible one, words from 0", text));
}

}  // namespace

WordLinks sorted_links(WordLinks links) {
  std::ranges::sort(links);
  links.erase(std::ranges::unique(links).begin(), links.end());
  return links;
}

std::string format_pharaoh(std::span<const WordLink> links) {
  std::string text;
  for (const WordLink& link : links)
    fmt::format_to(std::back_inserter(text), "{}{}-{}", text.empty() ? "" : " ", link.source, link.target);
  return text;
}

ReferenceAlignment parse_reference_alignment(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r";
  ReferenceAlignment alignment;
  for (std::size_t begin = line.find_first_not_of(kSpace); begin != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(kSpace, begin), line.size());
    bool sure = false;
    const WordLink link = parse_link(line.substr(begin, end - begin), sure);
    if (sure) alignment.sure.push_back(link);
    alignment.possible.push_back(link);
    begin = line.find_first_not_of(kSpace, end);
  }
  alignment.sure = sorted_links(std::move(alignment.sure));
  alignment.possible = sorted_links(std::move(alignment.possible));
  return alignment;
}

void ReferenceAlignment::check_words(std::size_t sources, std::size_t targets) const {
  for (const auto& [source, target] : possible) {
    if (source < static_cast<int>(sources) && target < static_cast<int>(targets)) continue;
    throw std::invalid_argument(fmt::format("links word {} to word {}, but the sentences have {} and {} words", source,
                                            target, sources, targets));
  }
}

}  // namespace dragoman
