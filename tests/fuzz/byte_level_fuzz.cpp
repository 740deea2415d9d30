#include "base/utf8.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tokenizer/byte_level_text.h"
#include "tokenizer/tokenizer.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

// What stands before the next empty line, which is taken away with it.
std::string_view take_part(std::string_view& bytes) {
  const std::size_t end = std::min(bytes.find("\n\n"), bytes.size());
  const std::string_view part = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 2, bytes.size()));
  return part;
}

void check_ranges(const std::vector<TextRange>& ranges, std::size_t count, std::size_t size) {
  check(ranges.size() == count, "each token has a range");
  std::size_t end = 0;
  for (const TextRange& range : ranges) {
    check(range.begin == end && range.end >= end, "ranges follow each other");
    end = range.end;
  }
  check(end == size, "they end with the text");
}

}  // namespace

// Tokens beside those of bytes, merges, and a text, with empty lines between.
void fuzz_byte_level(std::string_view bytes) {
  std::string vocabulary = "<s>\n<pad>\n</s>\n<unk>\n";
  for (int byte = 0; byte < 256; ++byte)
    vocabulary += std::string(character_of_byte(static_cast<unsigned char>(byte))) + "\n";
  vocabulary += take_part(bytes);
  const std::string merges(take_part(bytes));
  try {
    const Tokenizer tokenizer =
        Tokenizer::from_files({{std::string(kMergesFile), merges}, {std::string(kVocabularyFile), vocabulary}}, "x");
    const std::vector<std::int32_t> ids = tokenizer.encode(bytes);
    const bool prefixed = merges.substr(0, merges.find('\n')).find("add_prefix_space") != merges.npos;
    const std::string text = tokenizer.decode(ids), read = replace_invalid_utf8(bytes);
    check(text == read || (prefixed && " " + text == read), "text comes back");
    check_ranges(tokenizer.encoded_ranges(bytes), ids.size(), bytes.size());
    check_ranges(tokenizer.decoded_ranges(ids), ids.size(), text.size());
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
