#include "formats/foreign/some_tokens.h"

#include <cstdint>

namespace dragoman {

std::string some_tokens(const Tokenizer& tokenizer) {
  constexpr int kTokens = 3;
  std::string text;
  int tokens = 0;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size() && tokens < kTokens; ++id) {
    if (!tokenizer.is_text(id)) continue;
    if (!text.empty()) text += ' ';
    text += tokenizer.piece(id);
    ++tokens;
  }
  return text;
}

}  // namespace dragoman
