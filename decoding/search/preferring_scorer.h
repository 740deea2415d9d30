#pragma once

#include "decoding/search/preference.h"
#include "decoding/search/step_scorer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// A scorer whose tokens count as the preferences of their sentence say. What the model itself makes of them stays
/// known: Candidates::own, LogProbs::own.
class PreferringScorer : public StepScorer {
 public:
  /// preferences: of each sentence, none or several. They and the scorer, which stands before its first step, must
  /// outlive this one.
  PreferringScorer(StepScorer& scorer, std::vector<std::vector<const Preference*>> preferences);

  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override;

 private:
  struct Row {
    std::size_t sentence;
    std::vector<std::int32_t> prefix;
  };

  StepScorer& scorer_;
  std::vector<std::vector<const Preference*>> preferences_;
  std::vector<Row> rows_;  // of the last step
  bool started_ = false;   // whether there was one
};

}  // namespace dragoman
