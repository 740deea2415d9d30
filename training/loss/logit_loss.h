#pragma once

#include "training/loss/loss_sums.h"

#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// What label_smoothed_loss() asks of each chunk of logits; see there.
struct LossTerms {
  std::int64_t padding;
  double smoothing;
  double normaliser;
  double consistency;
  bool wants_gradient;
};

/// Sums over the rows of logits [R, V], which are lost: their gradient takes their place, if one is wanted. Rows of
/// the smoothed cross-entropy go to losses [R], float64. With a consistency rows 2k and 2k + 1 are a pair, and R even.
/// targets: [R] int64, contiguous. Throws c10::Error for a target that is neither an id nor padding.
LossSums logit_loss(const torch::Tensor& logits, const torch::Tensor& targets, const LossTerms& terms,
                    const torch::Tensor& losses);

}  // namespace dragoman
