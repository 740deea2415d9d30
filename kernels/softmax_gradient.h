#pragma once

#include <cstdint>

namespace dragoman {

/// What one row of logits contributes to the loss.
struct RowLoss {
  double smoothed;  ///< cross-entropy against the smoothed target
  double plain;     ///< negative log-probability of the target
};

/// For logits x [V] of one row with target y: the loss  log Σ exp(x) − (1 − ε) x_y − (ε / V) Σ x  (Szegedy et al. 2016,
/// section 7), and, where `scale` is not 0, scale times its gradient in place of the logits, which are lost either way:
/// softmax(x) − (1 − ε) [v = y] − ε / V.
RowLoss softmax_gradient(float* logits, std::int64_t vocabulary, std::int64_t target, double smoothing, float scale);
/// Of bfloat16, given by its bits; wide: room for V floats. Only the result is rounded.
RowLoss softmax_gradient(std::uint16_t* logits, float* wide, std::int64_t vocabulary, std::int64_t target,
                         double smoothing, float scale);
RowLoss softmax_gradient(double* logits, std::int64_t vocabulary, std::int64_t target, double smoothing, double scale);

/// What two rows of logits, predictions p and q of one target, contribute.
struct PairLoss {
  RowLoss first, second;
  double p_to_q, q_to_p;  ///< KL(p ‖ q), KL(q ‖ p)
};

/// Factors of the gradients of PairLoss's members of the same names; `first` 0: no gradient is wanted.
struct PairScales {
  float first, second;
  float p_to_q, q_to_p;
};

/// The same of both rows, which have the sum of these gradients in the place of their logits. That of KL(p ‖ q) is
/// p · (log p − log q − KL(p ‖ q)) for the logits of p, and q − p for those of q. scratch: room for 3 · V floats.
PairLoss softmax_gradient_of_pair(float* first, float* second, float* scratch, std::int64_t vocabulary,
                                  std::int64_t target, double smoothing, const PairScales& scales);
PairLoss softmax_gradient_of_pair(std::uint16_t* first, std::uint16_t* second, float* scratch, std::int64_t vocabulary,
                                  std::int64_t target, double smoothing, const PairScales& scales);

}  // namespace dragoman
