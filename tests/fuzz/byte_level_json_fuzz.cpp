#include "formats/huggingface/byte_level_json.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <stdexcept>

namespace dragoman {

void fuzz_byte_level_json(std::string_view bytes) {
  constexpr std::int32_t kTokens = 20;
  try {
    const ByteLevelJson read = read_byte_level_json(bytes, kTokens, "tokenizer.json");
    check(std::ssize(read.tokens) == kTokens, "each id has a place");
    check(read.merges.size() <= 2 * bytes.size() + 1, "merges are no longer than the file");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
