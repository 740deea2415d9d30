#pragma once

#include <cstdint>

namespace dragoman {

/// Ids of the pieces that stand for no text. The defaults are those of every tokenizer that Dragoman trains; a foreign
/// one brings its own.
struct SpecialIds {
  static constexpr std::int32_t kNone = -1;  ///< where there is no such piece

  std::int32_t pad = 0;  ///< fills rows of a batch behind their end
  std::int32_t bos = 1;  ///< begins a sentence, or kNone
  std::int32_t eos = 2;  ///< ends a sentence
  std::int32_t unk = 3;  ///< a character that the vocabulary does not know

  /// What a decoder begins with that has learned from such sentences.
  std::int32_t start() const { return bos == kNone ? eos : bos; }

  bool operator==(const SpecialIds&) const = default;
};

}  // namespace dragoman
