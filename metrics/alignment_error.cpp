#include "metrics/alignment_error.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>
#include <stdexcept>
#include <system_error>

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

void sort_and_unite(WordLinks& links) {
  std::ranges::sort(links);
  links.erase(std::ranges::unique(links).begin(), links.end());
}

std::int64_t count_common(const WordLinks& one, const WordLinks& other) {
  WordLinks common;
  std::ranges::set_intersection(one, other, std::back_inserter(common));
  return std::ssize(common);
}

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

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
  sort_and_unite(alignment.sure);
  sort_and_unite(alignment.possible);
  return alignment;
}

AlignmentError& AlignmentError::operator+=(const AlignmentError& other) {
  found += other.found;
  sure += other.sure;
  found_and_sure += other.found_and_sure;
  found_and_possible += other.found_and_possible;
  return *this;
}

double AlignmentError::rate() const {
  return 1 - ratio(found_and_sure + found_and_possible, found + sure);
}

double AlignmentError::precision() const {
  return ratio(found_and_possible, found);
}

double AlignmentError::recall() const {
  return ratio(found_and_sure, sure);
}

AlignmentError alignment_error(std::span<const WordLink> found, const ReferenceAlignment& reference) {
  WordLinks links(found.begin(), found.end());
  sort_and_unite(links);
  return {std::ssize(links), std::ssize(reference.sure), count_common(links, reference.sure),
          count_common(links, reference.possible)};
}

}  // namespace dragoman
