#pragma once

#include "model/layers/dropout.h"
#include "model/model_config.h"
#include "model/shapes.h"

#include <torch/types.h>

namespace dragoman {

/// 1 for the likeliest key of each query, else 0. The gradient is that of the soft weights (straight-through, Bengio et
/// al. 2013). weights: [..., S] → [..., S]
torch::Tensor likeliest_keys(const torch::Tensor& weights);

/// The same in a search that never goes back: query t takes the likeliest of the keys from that of query t - 1 on, the
/// first one of those from `reached` [B, H] on, which becomes what the last has taken; undefined for 0. weights:
/// [B, H, T, S]
torch::Tensor monotonic_keys(const torch::Tensor& weights, torch::Tensor& reached);

struct DrawnKeys {
  torch::Tensor weights;          ///< [B, H, T, S]: of a drawn key 1 without a gradient, of those beside it 0
  torch::Tensor log_probability;  ///< [B, T]: of what was drawn, all heads together
};

/// One key for each query, drawn from its weights [B, H, T, S] (Xu et al. 2015, section 4.1); which follows from `key`.
DrawnKeys draw_keys(const torch::Tensor& weights, const DropoutKey& key);

/// `drawn` for half of the sentences; for the others the soft weights, the expectation of what would be drawn, so that
/// what draws has values to learn from that do not jump (Xu et al. 2015, section 4.1). Which half follows from the
/// batch in `key`: it is the same in all layers.
DrawnKeys expect_half(const DrawnKeys& drawn, const torch::Tensor& weights, const DropoutKey& key);

}  // namespace dragoman
