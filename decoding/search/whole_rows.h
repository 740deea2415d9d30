#pragma once

#include "decoding/search/step_scorer.h"

#include <utility>

namespace dragoman {

/// What may follow each row, of a scorer that has whole rows and no faster way to the best of them.
class WholeRows : public NextTokens {
 public:
  explicit WholeRows(LogProbs log_probs) : log_probs_(std::move(log_probs)) {}

  Candidates best(const TokenQuery& query) const override { return best_of(log_probs_, query); }
  LogProbs log_probs() const override { return log_probs_; }

 private:
  LogProbs log_probs_;
};

}  // namespace dragoman
