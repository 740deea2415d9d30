#pragma once

#include "decoding/search/step_scorer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

class TermSet;

/// One more token behind one of a sentence's live hypotheses.
struct Successor {
  double log_prob;       ///< of the hypothesis with the token
  std::int32_t row;      ///< which hypothesis of its sentence
  std::int32_t id;       ///< the token
  float token_log_prob;  ///< of the token alone, the model's own
};

/// The live hypotheses of one sentence in a step.
struct SentenceRows {
  std::int64_t first_row;             ///< of the step; the others are behind it
  std::span<const double> log_probs;  ///< of each hypothesis
  std::int64_t sentence = 0;          ///< which of the batch
  int step = 0;                       ///< tokens of each hypothesis so far
  const TermSet* terms = nullptr;     ///< that must come
};

/// The rows of a step.
struct StepRows {
  std::vector<AllowedIds> allowed;                  ///< behind each row
  std::vector<std::vector<std::int32_t>> prefixes;  ///< the ids of each, without the start token
  std::vector<SentenceRows> sentences;              ///< in the order of their rows
};

/// A way to choose how the hypotheses of a search go on.
class Chooser {
 public:
  virtual ~Chooser() = default;

  /// For each sentence its allowed successors, in the order in which the search shall take them: beam_size of them can
  /// live on, and an end of the sentence counts only among the first beam_size.
  virtual std::vector<std::vector<Successor>> successors(const NextTokens& next, const StepRows& rows,
                                                         int beam_size) const = 0;
};

/// The most probable ones: twice beam_size, so that ends of the sentence leave enough to go on with. Equal
/// log-probabilities are ordered by row, then by id, so that the result depends on the scores alone.
class BestChooser : public Chooser {
 public:
  /// Throws std::logic_error if `next` has not the candidates of each row.
  std::vector<std::vector<Successor>> successors(const NextTokens& next, const StepRows& rows,
                                                 int beam_size) const override;
};

/// What a scorer answers for the rows of a step, as successors of their sentences.
class SuccessorTable {
 public:
  /// candidates: of all rows; must outlive it. Throws std::logic_error if they are not of so many rows.
  SuccessorTable(const Candidates& candidates, std::size_t rows);

  /// Appends the successors of all rows of the sentence, row by row, the best of each first.
  void append_to(std::vector<Successor>& successors, const SentenceRows& sentence) const;

 private:
  const Candidates& candidates_;
};

/// The order of BestChooser.
bool is_better(const Successor& a, const Successor& b);

/// Leaves the `count` best, in order.
void keep_best(std::vector<Successor>& successors, std::size_t count);

}  // namespace dragoman
