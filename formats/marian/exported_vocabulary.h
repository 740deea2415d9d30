#pragma once

#include "formats/model_directory.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace dragoman {

/// The vocabularies of both sides as Marian has them.
struct ExportedVocabularies {
  std::array<std::string, 2> names;          ///< of their files, source and target
  std::map<std::string, std::string> files;  ///< by name: these, and SentencePiece models that make their tokens
};

/// rows: how many ids each side has. A SentencePiece model with so many pieces and its own ids is a vocabulary as it
/// is; others are tables, and the SentencePiece models lie beside them. Throws std::runtime_error if there is neither
/// such a model nor a list of words.
ExportedVocabularies exported_vocabularies(const Tokenizers& tokenizers, const std::array<std::int64_t, 2>& rows);

}  // namespace dragoman
