#pragma once

#include "model/dropout.h"
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
  torch::Tensor weights;          ///< [B, H, T, S]: 1 for the drawn key, else 0; without a gradient
  torch::Tensor log_probability;  ///< [B, T]: of what was drawn, all heads together
};

/// One key for each query, drawn from its weights [B, H, T, S] (Xu et al. 2015, section 4.1); which follows from `key`.
DrawnKeys draw_keys(const torch::Tensor& weights, const DropoutKey& key);

}  // namespace dragoman
