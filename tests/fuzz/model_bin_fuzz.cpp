#include "base/checksum.h"
#include "formats/ctranslate2/model_bin.h"
#include "formats/ctranslate2/token_list.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <set>
#include <stdexcept>

namespace dragoman {

// As the variables of a model, and as the vocabulary beside them.
void fuzz_model_bin(std::string_view bytes) {
  try {
    const ModelBin file(bytes, "model.bin");
    std::set<const char*> places;
    std::size_t size = 0;
    for (const auto& [name, variable] : file.variables()) {
      crc32_of(variable.data);
      std::size_t expected = size_of(variable.type);
      for (const std::int64_t extent : variable.shape) expected *= static_cast<std::size_t>(extent);
      check(expected == variable.data.size(), "a variable has what its shape takes");
      if (!variable.data.empty() && places.insert(variable.data.data()).second) size += variable.data.size();
    }
    check(size <= bytes.size(), "variables are parts of the file, and do not lie over each other");
  } catch (const std::runtime_error&) {
  }
  for (const bool is_json : {true, false}) {
    try {
      constexpr std::int64_t kSize = 64;
      named_tokens(read_token_list(bytes, is_json, "vocabulary"), {}, kSize, "vocabulary");
    } catch (const std::runtime_error&) {
    }
  }
}

}  // namespace dragoman
