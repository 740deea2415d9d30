#pragma once

#include "model/model_config.h"
#include "model/shapes.h"

#include <torch/types.h>

namespace dragoman {

/// What soft weights become where attention is hard: 1 for the likeliest key of each query, else 0. The gradient is
/// that of the soft weights (straight-through, Bengio et al. 2013). weights: [..., S] → [..., S]
torch::Tensor select_keys(const torch::Tensor& weights, AttentionSelection selection);

}  // namespace dragoman
