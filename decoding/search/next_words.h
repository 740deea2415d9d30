#pragma once

#include "decoding/search/beam_search.h"
#include "decoding/search/search_options.h"
#include "decoding/search/step_scorer.h"
#include "decoding/search/text_prefix.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// A way to go on behind the beginning of a translation.
struct NextWord {
  std::string text;       ///< as VocabularyText spells it, with the blank before it; empty: nothing comes behind
  bool is_whole = true;   ///< it does not go on; false: of a long word, as much as was looked at
  double log_prob = 0.0;  ///< of it and the beginning, over all ways to spell them that were looked at
  std::vector<std::int32_t> ids;  ///< of the likeliest of these, the beginning included
};

/// How many beginnings of words live on in each step of next_words(), for so many words.
std::size_t open_words(std::size_t count);

/// What most probably comes behind a prefix: for each sentence of the batch the `count` likeliest next words, fewer if
/// there are not as many. A word is what a reader sees as one, the rest of the prefix's last word, a sign of
/// punctuation or the end of the translation. Its probability is that of all ways to spell it, with all that may come
/// next; each step follows open_words() beginnings, and the search ends when what they still hold could change nothing.
///
/// prefixes: of each sentence, among its constraints. What is preferred does not count, nor terms; the rest is as for
/// beam_search().
std::vector<std::vector<NextWord>> next_words(StepScorer& scorer, std::span<const SearchedSentence> sentences,
                                              const SearchTokens& tokens, const SearchOptions& options,
                                              std::vector<const Constraint*> of_all,
                                              std::span<const TextPrefix* const> prefixes, std::size_t count);

}  // namespace dragoman
