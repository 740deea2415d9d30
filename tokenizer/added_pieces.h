#pragma once

#include "tokenizer/tokenizer.h"

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dragoman {

/// Whether a piece tells a model the language to translate into, as "<2de>" does.
bool is_language_piece(std::string_view piece);

/// A piece that a tokenizer cannot have.
struct UnfitPiece : std::invalid_argument {
  UnfitPiece(std::size_t piece, const std::string& what) : std::invalid_argument(what), index(piece) {}
  std::size_t index;  ///< of those that were to be added
};

/// A tokenizer with these pieces besides its own, behind them in this order. In text each is one token wherever it
/// stands; with `controls_languages` pieces of languages under ids of SentencePiece's own are no text. Throws
/// UnfitPiece for one that is there already, or blank, or that the tokenizer cannot have.
Tokenizer with_added_pieces(const Tokenizer& tokenizer, std::span<const std::string> pieces,
                            bool controls_languages = false);

}  // namespace dragoman
