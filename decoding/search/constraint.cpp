#include "decoding/search/constraint.h"

namespace dragoman {

void ForbiddenIds::restrict(std::span<const std::int32_t>, AllowedIds& allowed) const {
  allowed.forbid(ids_);
}

void MinimumLength::restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const {
  if (std::ssize(prefix) < least_) allowed.forbid({&eos_, 1});
}

void EndOfSentence::restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const {
  if (std::ssize(prefix) >= most_) allowed.keep_only({&eos_, 1});
}

}  // namespace dragoman
