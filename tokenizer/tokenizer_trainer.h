#pragma once

#include "base/enum_names.h"
#include "base/notice.h"
#include "tokenizer/tokenizer.h"

#include <span>
#include <string>
#include <vector>

namespace dragoman {

struct TokenizerOptions {
  enum class Algorithm { unigram, bpe };

  Algorithm algorithm = Algorithm::unigram;
  int vocabulary_size = 8000;  ///< pieces wanted, special ones included; at least 8, or 264 with byte fallback
  bool byte_fallback = false;  ///< spell unknown characters in bytes (256 pieces) instead of as unk
  double character_coverage =
      1.0;                      ///< share of the text's characters that get a piece, 0.98 to 1; rarer ones are unknown
  int max_sentences = 500'000;  ///< learn from at most so many lines, evenly spaced over the texts; at least 1
  /// Pieces that no text has, and that are no text, as tokens of languages. Their ids follow those of SpecialIds{}.
  std::vector<std::string> control_pieces = {};

  /// Throws std::invalid_argument naming the field and its range.
  void validate() const;
};

template <>
inline constexpr auto kEnumNames<TokenizerOptions::Algorithm> = enum_names<TokenizerOptions::Algorithm>(
    {{TokenizerOptions::Algorithm::unigram, "unigram"}, {TokenizerOptions::Algorithm::bpe, "bpe"}});

/// Learns a SentencePiece model, with the special ids of SpecialIds{}, from all lines of `texts` (the source lines, the
/// target lines, or both for a joint vocabulary). The same lines and options give the same bytes, whatever `threads`
/// is.
///
/// A text with too few different pieces for the vocabulary size gets a smaller vocabulary and a notice that states both
/// sizes. Throws std::invalid_argument when the vocabulary is too small for the text's characters (stating the size
/// needed) and std::runtime_error when the texts hold no text at all.
Tokenizer train_tokenizer(std::span<const std::vector<std::string>* const> texts, const TokenizerOptions& options,
                          int threads, const Notice& notice);

}  // namespace dragoman
