#pragma once

#include "decoding/search/beam.h"
#include "decoding/search/chooser.h"
#include "decoding/search/constraint.h"
#include "decoding/search/preference.h"
#include "decoding/search/search_options.h"
#include "decoding/search/step_scorer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// The two tokens that a search must know.
struct SearchTokens {
  std::int32_t start;  ///< what the decoder is given first
  std::int32_t eos;    ///< what ends a hypothesis
};

/// A sentence to search for, with what is asked for it besides what holds for all, which must outlive the search.
struct SearchedSentence {
  std::int32_t source_length;  ///< in tokens, by which limits are made
  std::vector<const Constraint*> constraints = {};
  std::vector<const Preference*> preferences = {};
  const TermSet* terms = nullptr;  ///< that must come: one of the constraints says so
};

/// A beam search that sentences join and leave at any time. For the rule of the search see Beam; what may follow is
/// what constraints and the minimal length of the options allow, and counts as preferences say. What is found for a
/// sentence does not depend on the others.
class BeamSearch {
 public:
  /// Constraints and chooser must outlive it, and the chooser heed terms if sentences have any (TermChooser). Throws
  /// std::invalid_argument for options out of range.
  BeamSearch(const SearchTokens& tokens, const SearchOptions& options, std::vector<const Constraint*> of_all,
             const Chooser& chooser);

  /// One sentence more, which the scorer has as its row behind those of the last step and of those added since. Returns
  /// its number, by which the chooser knows it: 0, 1, … .
  std::size_t add(SearchedSentence sentence);

  /// Nobody wants the sentence of this number any more.
  void drop(std::size_t number);

  /// Sentences that are not done.
  std::size_t size() const { return running_.size(); }

  /// A sentence that is done: its n_best hypotheses, best first (at least one; fewer than n_best where the length limit
  /// or the vocabulary leaves fewer).
  struct Found {
    std::size_t number;
    std::vector<Hypothesis> hypotheses;
  };

  /// One token more for each hypothesis of all sentences, of which there must be one; returns those that it ends.
  std::vector<Found> step(StepScorer& scorer);

 private:
  struct Running {
    std::size_t number;
    Beam beam;
    SearchedSentence asked;
    std::int64_t first_row;  // of the last step, or of the scorer's new rows
  };

  AllowedIds allowed(const Running& sentence, std::span<const std::int32_t> prefix) const;
  std::vector<Hypothesis> best_of(const Running& sentence) const;

  SearchTokens tokens_;
  SearchOptions options_;
  std::vector<const Constraint*> of_all_;
  const Chooser& chooser_;
  MinimumLength minimum_;
  std::vector<Running> running_;
  std::size_t added_ = 0;
  std::int64_t rows_ = 0;  // of the last step, and of what has been added since
};

/// Translates a batch, which no other sentences join: for each its hypotheses, as BeamSearch::Found has them. `scorer`
/// stands before its first step, with one row for each sentence. They leave the batch as they are done. Throws as
/// BeamSearch does.
std::vector<std::vector<Hypothesis>> beam_search(StepScorer& scorer, std::span<const SearchedSentence> sentences,
                                                 const SearchTokens& tokens, const SearchOptions& options,
                                                 std::vector<const Constraint*> of_all = {},
                                                 const Chooser& chooser = BestChooser());

}  // namespace dragoman
