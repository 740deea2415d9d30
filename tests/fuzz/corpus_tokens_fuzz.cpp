#include "data/corpus_file.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/memory_file.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

namespace dragoman {

void fuzz_corpus_tokens(std::string_view bytes) {
  const MemoryFile file(bytes);
  try {
    const auto corpus = CorpusFile::open(file.path(), "key");
    if (!corpus) return;
    const auto pairs = static_cast<std::uint32_t>(std::min<std::size_t>(corpus->places().size(), 100));
    for (std::uint32_t pair = 0; pair < pairs; ++pair)
      check(corpus->read(std::span(&pair, 1)).size() == 1, "one pair is asked for");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
