#pragma once

#include <cstdint>

namespace dragoman {

/// Ids of the pieces that stand for no text. The defaults are those of every tokenizer that Dragoman trains; a foreign
/// one brings its own.
struct SpecialIds {
  static constexpr std::int32_t kNone = -1;  ///< where there is no such piece

  std::int32_t pad = 0;  ///< fills rows of a batch behind their end, or kNone
  std::int32_t bos = 1;  ///< begins a sentence, or kNone
  std::int32_t eos = 2;  ///< ends a sentence
  std::int32_t unk = 3;  ///< a character that the vocabulary does not know

  /// What a decoder begins with that has learned from such sentences.
  std::int32_t start() const { return bos == kNone ? eos : bos; }

  /// What stands behind the end of a row that a model reads; it attends to none of it.
  std::int32_t filler() const { return pad == kNone ? eos : pad; }

  bool operator==(const SpecialIds&) const = default;
};

}  // namespace dragoman
