#include "decoding/engine/shortlist.h"
#include "formats/safetensors.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/fuzz_targets.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kShortlistFile = "shortlist.safetensors";

const Tokenizers& word_tokenizers() {
  static const Tokenizer words = Tokenizer::from_bytes("<pad>\n<s>\n</s>\n<unk>\none\ntwo\nthree\n", "words");
  static const Tokenizers both{words, words};
  return both;
}

void load_and_list(const FuzzFolder& folder) {
  try {
    const Shortlist shortlist = load_shortlist(folder.path(), word_tokenizers());
    std::vector<std::int32_t> all(static_cast<std::size_t>(word_tokenizers().source.vocabulary_size()));
    std::iota(all.begin(), all.end(), 0);
    for (const std::int32_t id : shortlist.list_for(all))
      check(id >= 0 && id < word_tokenizers().target.vocabulary_size(), "what is listed is of the vocabulary");
  } catch (const std::runtime_error&) {
  }
}

// Numbers of which some are out of range: a byte's value, where it is small.
template <typename Number>
std::vector<Number> take_numbers(std::string_view& bytes) {
  std::vector<Number> numbers;
  if (bytes.empty()) return numbers;
  const std::size_t count = std::min<std::size_t>(static_cast<unsigned char>(bytes.front()), bytes.size() - 1);
  for (const char byte : bytes.substr(1, count)) numbers.push_back(static_cast<Number>(static_cast<signed char>(byte)));
  bytes.remove_prefix(1 + count);
  return numbers;
}

}  // namespace

// Once as a file, and once as the numbers in one: a count and so many bytes for each of its lists.
void fuzz_shortlist(std::string_view bytes) {
  static const FuzzFolder folder("shortlist");
  folder.write(kShortlistFile, bytes);
  load_and_list(folder);
  const bool copies = !bytes.empty() && bytes.front() % 2 != 0;
  const auto always = take_numbers<std::int32_t>(bytes);
  const auto starts = take_numbers<std::int64_t>(bytes);
  const auto tokens = take_numbers<std::int32_t>(bytes);
  save_shortlist(folder.path(), Shortlist(always, starts, tokens, copies), word_tokenizers());
  load_and_list(folder);
}

}  // namespace dragoman
