#include "formats/marian/marian_shortlist.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <stdexcept>

namespace dragoman {

void fuzz_marian_shortlist(std::string_view bytes) {
  constexpr VocabularySizes kSizes{4, 6};
  try {
    const TokenLists lists = read_binary_shortlist(bytes, kSizes, "shortlist");
    check(lists.starts.size() == kSizes.source + 1, "each source token has a list");
    check(lists.starts.back() == static_cast<std::int64_t>(lists.tokens.size()), "lists end where the tokens do");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
