#pragma once

#include <cstdint>

namespace dragoman {

/// Ids of the pieces that stand for no text. The defaults are those of every tokenizer that Dragoman trains; a foreign
/// SentencePiece model brings its own.
struct SpecialIds {
  std::int32_t pad = 0;  ///< fills rows of a batch behind their end
  std::int32_t bos = 1;  ///< begins a sentence
  std::int32_t eos = 2;  ///< ends a sentence
  std::int32_t unk = 3;  ///< a character that the vocabulary does not know

  bool operator==(const SpecialIds&) const = default;
};

}  // namespace dragoman
