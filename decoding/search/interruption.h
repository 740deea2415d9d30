#pragma once

#include "decoding/search/step_scorer.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>

namespace dragoman {

/// A call that ended before it was done.
class Interrupted : public std::runtime_error {
 public:
  enum class Reason { stopped, deadline };
  explicit Interrupted(Reason reason);

  Reason reason() const { return reason_; }

 private:
  Reason reason_;
};

/// What ends a call before it is done: somebody who no longer wants its result, or a point in time. By default nothing.
struct Interruption {
  std::stop_token stop = {};
  std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt;

  /// Throws Interrupted if it has come.
  void check() const;
};

/// A scorer whose steps end a search by throwing Interrupted.
class InterruptibleScorer : public StepScorer {
 public:
  /// Both must outlive it.
  InterruptibleScorer(StepScorer& scorer, const Interruption& interruption)
      : scorer_(scorer), interruption_(interruption) {}

  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override;

 private:
  StepScorer& scorer_;
  const Interruption& interruption_;
};

}  // namespace dragoman
