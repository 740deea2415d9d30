#include "metrics/alignment_error.h"

#include <algorithm>
#include <iterator>

namespace dragoman {
namespace {

std::int64_t count_common(const WordLinks& one, const WordLinks& other) {
  WordLinks common;
  std::ranges::set_intersection(one, other, std::back_inserter(common));
  return std::ssize(common);
}

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

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
  const WordLinks links = sorted_links({found.begin(), found.end()});
  return {std::ssize(links), std::ssize(reference.sure), count_common(links, reference.sure),
          count_common(links, reference.possible)};
}

}  // namespace dragoman
