#include "formats/foreign/yaml_document.h"
#include "formats/marian/marian_vocabulary.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dragoman {

void fuzz_marian_vocabulary(std::string_view bytes) {
  constexpr std::int32_t kTokens = 20;
  for (const char* file : {"vocab.yml", "vocab.txt"}) {
    try {
      check(std::ssize(read_marian_vocabulary(bytes, kTokens, file)) == kTokens, "each id has a place");
    } catch (const std::runtime_error&) {
    }
  }
  try {
    (void)json_of(read_yaml(bytes, "options.yml"), "options.yml");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
