#pragma once

#include "formats/foreign/token_lists.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// How many tokens a model has learned.
struct VocabularySizes {
  std::int32_t source, target;
};

/// Whether bytes begin as the binary form does.
bool is_binary_shortlist(std::string_view bytes);

/// Reads Marian's binary form (marian-dev, src/data/shortlist.cpp). Throws std::runtime_error, beginning with `name`,
/// where `bytes` are cut short or belong to other vocabularies.
TokenLists read_binary_shortlist(std::string_view bytes, const VocabularySizes& sizes, const std::string& name);

/// How much of a list of translations with their probabilities is used: what marian-decoder's --shortlist says.
struct ShortlistLimits {
  int first = 100;       ///< ids from 0 that every sentence has
  int best = 100;        ///< most probable translations of a token
  double threshold = 0;  ///< above which a probability must be
};

/// A translation of a source token.
struct Translated {
  std::int32_t source, target;
  float probability;
};

/// The same of Marian's text form, whose lines became `pairs`; of a pair that is there twice the last counts.
TokenLists listed_translations(std::span<const Translated> pairs, const VocabularySizes& sizes,
                               const ShortlistLimits& limits);

}  // namespace dragoman
