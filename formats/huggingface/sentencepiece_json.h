#pragma once

#include "formats/huggingface/family_options.h"

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A tokenizer.json of Hugging Face's tokenizers that was made of a SentencePiece model, unigram or BPE.
struct SentencePieceJson {
  std::string model;  ///< as a SentencePiece model
  std::vector<ListedToken> added;
};

/// Throws std::runtime_error naming `file` and what in it has no form in SentencePiece: another model, another
/// normaliser than SentencePiece's own, another division into words than at white space.
SentencePieceJson read_sentencepiece_json(std::string_view json, const std::string& file);

}  // namespace dragoman
