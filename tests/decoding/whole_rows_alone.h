#pragma once

#include "decoding/search/step_scorer.h"
#include "decoding/search/whole_rows.h"

#include <cstdint>
#include <memory>
#include <span>

namespace dragoman {

/// A scorer of whose rows the best tokens are found from the whole rows.
class WholeRowsAlone : public StepScorer {
 public:
  explicit WholeRowsAlone(StepScorer& scorer) : scorer_(scorer) {}

  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override {
    return std::make_unique<WholeRows>(scorer_.step(previous, parents)->log_probs());
  }

 private:
  StepScorer& scorer_;
};

}  // namespace dragoman
