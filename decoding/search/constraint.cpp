#include "decoding/search/constraint.h"

#include <algorithm>

namespace dragoman {

AllowedIds allowed_behind(std::span<const std::int32_t> prefix, std::span<const Constraint* const> of_all,
                          std::span<const Constraint* const> of_sentence) {
  AllowedIds allowed;
  for (const Constraint* const constraint : of_all) constraint->restrict(prefix, allowed);
  for (const Constraint* const constraint : of_sentence) constraint->restrict(prefix, allowed);
  return allowed;
}

void ForbiddenIds::restrict(std::span<const std::int32_t>, AllowedIds& allowed) const {
  allowed.forbid(ids_);
}

void MinimumLength::restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const {
  if (std::ssize(prefix) < least_) allowed.forbid({&eos_, 1});
}

void EndOfSentence::restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const {
  if (std::ssize(prefix) >= most_) allowed.keep_only({&eos_, 1});
}

void NoRepeatNgram::restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const {
  if (prefix.size() < order_) return;
  const std::span<const std::int32_t> last = prefix.last(order_ - 1);
  std::vector<std::int32_t> repeated;
  for (std::size_t i = 0; i + order_ <= prefix.size(); ++i) {
    if (std::ranges::equal(prefix.subspan(i, order_ - 1), last)) repeated.push_back(prefix[i + order_ - 1]);
  }
  if (!repeated.empty()) allowed.forbid(repeated);
}

void ForbiddenSequences::restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const {
  std::vector<std::int32_t> ends;
  for (const std::vector<std::int32_t>& sequence : sequences_) {
    const std::span<const std::int32_t> before = std::span(sequence).first(sequence.size() - 1);
    if (before.size() <= prefix.size() && std::ranges::equal(prefix.last(before.size()), before))
      ends.push_back(sequence.back());
  }
  if (!ends.empty()) allowed.forbid(ends);
}

}  // namespace dragoman
