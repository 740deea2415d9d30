#pragma once

#include "decoding/search/step_scorer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// One more token behind one of a sentence's live hypotheses.
struct Successor {
  double log_prob;       ///< of the hypothesis with the token
  std::int32_t row;      ///< which hypothesis of its sentence
  std::int32_t id;       ///< the token
  float token_log_prob;  ///< of the token alone
};

/// The live hypotheses of one sentence in a step.
struct SentenceRows {
  std::int64_t first_row;             ///< of the step; the others are behind it
  std::span<const double> log_probs;  ///< of each hypothesis
  std::int64_t sentence = 0;          ///< which of the batch
  int step = 0;                       ///< tokens of each hypothesis so far
};

/// A way to choose how the hypotheses of a search go on.
class Chooser {
 public:
  virtual ~Chooser() = default;

  /// For each sentence its successors, in the order in which the search shall take them: beam_size of them can live on,
  /// and an end of the sentence counts only among the first beam_size. `allowed` has an entry for each row of the step,
  /// and a successor is allowed by that of its row.
  virtual std::vector<std::vector<Successor>> successors(const NextTokens& next, std::span<const AllowedIds> allowed,
                                                         std::span<const SentenceRows> sentences,
                                                         int beam_size) const = 0;
};

/// The most probable ones: twice beam_size, so that ends of the sentence leave enough to go on with. Equal
/// log-probabilities are ordered by row, then by id, so that the result depends on the scores alone.
class BestChooser : public Chooser {
 public:
  /// Throws std::logic_error if `next` has not the candidates of each row.
  std::vector<std::vector<Successor>> successors(const NextTokens& next, std::span<const AllowedIds> allowed,
                                                 std::span<const SentenceRows> sentences, int beam_size) const override;
};

}  // namespace dragoman
