#pragma once

#include "decoding/search/beam.h"
#include "decoding/search/chooser.h"
#include "decoding/search/constraint.h"
#include "decoding/search/search_options.h"
#include "decoding/search/step_scorer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// The two tokens that a search must know.
struct SearchTokens {
  std::int32_t start;  ///< what the decoder is given first
  std::int32_t eos;    ///< what ends a hypothesis
};

/// What all of these allow may follow.
struct SearchConstraints {
  std::vector<const Constraint*> of_all = {};                     ///< of every sentence
  std::vector<std::vector<const Constraint*>> of_sentences = {};  ///< of each one besides; empty: none of any

  AllowedIds allowed(std::size_t sentence, std::span<const std::int32_t> prefix) const;
  bool are_met(std::size_t sentence, std::span<const std::int32_t> prefix) const;
};

/// Translates a batch: for each sentence its n_best hypotheses, best first (at least one; fewer than n_best where the
/// length limit or the vocabulary leaves fewer). `scorer` stands before its first step, with one row for each element
/// of `source_lengths`. Sentences leave the batch as they are done. For the rule of the search see Beam; what may
/// follow is what `constraints` and the minimal length of `options` allow; `chooser` takes what goes on. Throws
/// std::invalid_argument for options out of range.
std::vector<std::vector<Hypothesis>> beam_search(StepScorer& scorer, std::span<const std::int32_t> source_lengths,
                                                 const SearchTokens& tokens, const SearchOptions& options,
                                                 const SearchConstraints& constraints = {},
                                                 const Chooser& chooser = BestChooser());

}  // namespace dragoman
