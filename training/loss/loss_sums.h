#pragma once

#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// Sums over the target tokens of a batch, padding excluded.
struct LossSums {
  double smoothed = 0;     ///< label-smoothed cross-entropy, in nats
  double plain = 0;        ///< negative log-likelihood, in nats: exp(plain / tokens) is the perplexity
  double consistency = 0;  ///< weighted divergence of pairs of predictions, in nats
  std::int64_t tokens = 0;
  double alignment = 0;  ///< alignment_loss(), in nats

  LossSums& operator+=(const LossSums& other) {
    smoothed += other.smoothed;
    plain += other.plain;
    consistency += other.consistency;
    tokens += other.tokens;
    alignment += other.alignment;
    return *this;
  }
};

/// The same numbers in a tensor [5] float64, in this order, on the device that computes them. To read them means to
/// wait for it.
torch::Tensor no_totals(torch::Device device);
LossSums read_totals(const torch::Tensor& totals);

}  // namespace dragoman
