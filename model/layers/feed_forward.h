#pragma once

#include "model/layers/dropout.h"
#include "model/layers/linear.h"
#include "model/model_config.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

namespace dragoman {

/// Two linear layers with an activation between them, applied to each position alone (Vaswani et al. 2017,
/// section 3.3): outer(activation(inner x)), or with a gate outer(activation(gate x) · inner x) (Shazeer 2020, "GLU
/// Variants Improve Transformer": ReGLU, GEGLU and SwiGLU). Besides GELU there are its two approximations (Hendrycks
/// and Gimpel 2016, "Gaussian Error Linear Units", section 2), which models were trained with: by tanh, and x σ(1.702
/// x).
class FeedForwardImpl : public torch::nn::Module {
 public:
  FeedForwardImpl(const ModelConfig& config, RandomSites& sites);

  /// x: [..., D]; residual: added to the result if it is defined → [..., D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& residual = {}) const;

  /// As in Linear.
  c10::ScalarType input_type(const Pass& pass) const { return inner_->input_type(pass); }

 private:
  torch::Tensor inner(const Pass& pass, const torch::Tensor& x) const;
  torch::Tensor activated(const torch::Tensor& projected) const;

  Activation activation_;
  bool gated_;
  Linear inner_;  // [F, D], or [2 · F, D]: the gate's rows, then the others
  Linear outer_;  // [D, F]
  Dropout dropout_;
};
TORCH_MODULE(FeedForward);

}  // namespace dragoman
