#pragma once

#include "decoding/markup/marked_text.h"
#include "decoding/search/search_options.h"
#include "decoding/text/translation.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// One of the texts that a line is made of.
struct TextOfLine {
  std::string text;
  std::size_t line = 0;  ///< index of the line
  bool linked = false;   ///< Translation::Output::links are needed
  bool first = false;    ///< of its line
};

/// Translates each, in order.
using TextTranslator = std::function<std::vector<Translation>(std::span<const TextOfLine> texts)>;

/// How the translations of a line's blocks make one.
struct JoinRules {
  SearchOptions search;           ///< the score of all tokens together
  bool drawn = false;             ///< the first of each block go together, the second of each and so on
  bool scores_are_means = false;  ///< the score is the mean of the blocks'
  std::size_t n_best = 1;
};

/// Translations of lines by `translate`, which sees nothing that `rules` keeps from it but placeholders, and these a
/// second time without, where not each output has each of them exactly once. All of it is put back (place_marks()).
/// Outputs have the tokens, log-probabilities and word alignments of the blocks one behind the other; words are
/// counted in the texts that `translate` sees. Links are not kept.
std::vector<Translation> translate_marked(std::span<const std::string> lines, const MarkupRules& rules,
                                          const JoinRules& join, const TextTranslator& translate);

}  // namespace dragoman
