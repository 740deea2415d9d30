#include "formats/foreign/token_table.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <algorithm>
#include <stdexcept>

namespace dragoman {

void fuzz_token_table(std::string_view bytes) {
  constexpr std::int32_t kTokens = 20;
  try {
    const TokenTable table = read_token_table(bytes, kTokens, kTokens - 1, "table");
    check(std::ranges::count(table.vocabulary, '\n') == kTokens, "each id has a line");
    check(table.replaced <= kTokens, "no more tokens are replaced than there are");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
