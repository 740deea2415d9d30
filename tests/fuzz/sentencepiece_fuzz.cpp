#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tokenizer/model_file.h"
#include "tokenizer/tokenizer.h"

#include <stdexcept>
#include <string>

namespace dragoman {

void fuzz_sentencepiece(std::string_view bytes) {
  read_model_file(bytes);
  try {
    const Tokenizer tokenizer = Tokenizer::from_bytes(std::string(bytes), "model");
    for (const std::int32_t id : tokenizer.encode("The house, Häuser \xff of 東京."))
      check(id >= 0 && id < tokenizer.vocabulary_size(), "an id is of the vocabulary");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
