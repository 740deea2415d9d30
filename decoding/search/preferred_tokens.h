#pragma once

#include "decoding/search/preference.h"
#include "decoding/search/step_scorer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace dragoman {

/// What is preferred behind a row of a step.
struct RowPreferences {
  std::size_t row;
  Preferences preferences;
};

/// What may follow, with tokens that count as preferences of their rows say; rows without any are as they were. What
/// the model itself makes of tokens stays known: Candidates::own, LogProbs::own.
class PreferredTokens : public NextTokens {
 public:
  /// of_rows: of some rows, each once.
  PreferredTokens(std::unique_ptr<const NextTokens> next, std::vector<RowPreferences> of_rows);

  Candidates best(const TokenQuery& query) const override;
  LogProbs log_probs() const override;

 private:
  struct Token {
    std::int32_t id;
    TokenScore score;
  };

  std::vector<Token> ranked(const Candidates& found, const RowPreferences& of_row, const AllowedIds& allowed) const;

  std::unique_ptr<const NextTokens> next_;
  std::vector<RowPreferences> of_rows_;
};

}  // namespace dragoman
