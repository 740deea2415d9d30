#pragma once

#include <cstdint>

namespace dragoman {

/// Sums over the target tokens of a batch, padding excluded.
struct LossSums {
  double smoothed = 0;     ///< label-smoothed cross-entropy, in nats
  double plain = 0;        ///< negative log-likelihood, in nats: exp(plain / tokens) is the perplexity
  double consistency = 0;  ///< weighted divergence of pairs of predictions, in nats
  std::int64_t tokens = 0;

  LossSums& operator+=(const LossSums& other) {
    smoothed += other.smoothed;
    plain += other.plain;
    consistency += other.consistency;
    tokens += other.tokens;
    return *this;
  }
};

}  // namespace dragoman
