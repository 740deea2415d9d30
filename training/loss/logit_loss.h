#pragma once

#include "training/loss/loss_sums.h"
#include "training/loss/pair_terms.h"

#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

/// What label_smoothed_loss() asks of each chunk of logits; see there.
struct LossTerms {
  std::int64_t padding;
  double smoothing;
  double normaliser;
  std::optional<PairTerms> pairs;
  bool wants_gradient;
};

/// How many rows of logits over a vocabulary are best computed at once on a device; even, so that pairs stay together.
std::int64_t rows_at_once(torch::Device device, std::int64_t vocabulary);

/// Adds the sums over the rows of logits [R, V] to `totals` (loss_sums.h), on their device: nothing is read back, which
/// would mean waiting for it. The logits are lost: their gradient takes their place, if one is wanted. Rows of the
/// smoothed cross-entropy go to losses [R], float64. With `pairs` R is even.
/// targets: [R] int64, contiguous. On a CPU throws c10::Error for a target that is neither an id nor padding.
void logit_loss(const torch::Tensor& logits, const torch::Tensor& targets, const LossTerms& terms,
                const torch::Tensor& losses, const torch::Tensor& totals);

}  // namespace dragoman
