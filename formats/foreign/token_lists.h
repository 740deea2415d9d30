#pragma once

#include <cstdint>
#include <vector>

namespace dragoman {

/// Which target tokens a source token may be translated by, as other programs list it, in the ids of our vocabularies.
struct TokenLists {
  std::vector<std::int32_t> always;  ///< for every sentence
  std::vector<std::int64_t> starts;  ///< those of source token s are tokens[starts[s], starts[s + 1])
  std::vector<std::int32_t> tokens;
  bool copies = false;  ///< a source token may stand for itself
};

}  // namespace dragoman
