#pragma once

#include "model/model_config.h"
#include "model/shapes.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <optional>

namespace dragoman {

/// What a norm made of its input, and the input.
struct NormedAndInput {
  torch::Tensor normed, input;
};

/// Normalisation over the last dimension: to mean 0 and variance 1, with learned scale and shift (Ba et al. 2016), or
/// by the root of the mean square alone, with a learned scale (RMSNorm, Zhang and Sennrich 2019).
class LayerNormImpl : public torch::nn::Module {
 public:
  explicit LayerNormImpl(const ModelConfig& config);

  /// x: [..., D] → [..., D], in `type`, if it is not that of x
  torch::Tensor forward(const torch::Tensor& x, std::optional<c10::ScalarType> type = {}) const {
    return forward_beside(x, type).normed;
  }

  /// The same, and x for what comes beside it, as a residual: the gradient of that is added in the norm's own pass.
  NormedAndInput forward_beside(const torch::Tensor& x, std::optional<c10::ScalarType> type = {}) const;

  torch::Tensor weight;  ///< [D]
  torch::Tensor bias;    ///< [D]; undefined for RMSNorm

 private:
  double epsilon_;
};
TORCH_MODULE(LayerNorm);

}  // namespace dragoman
