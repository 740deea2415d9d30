#pragma once

#include "model/dropout.h"
#include "model/linear.h"
#include "model/model_config.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

namespace dragoman {

/// Two linear layers with an activation between them, applied to each position alone (Vaswani et al. 2017,
/// section 3.3).
class FeedForwardImpl : public torch::nn::Module {
 public:
  FeedForwardImpl(const ModelConfig& config, const ForwardContextPtr& context);

  /// x: [..., D]; residual: added to the result if it is defined → [..., D]
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& residual = {});

 private:
  Activation activation_;
  Linear inner_;  // [F, D]
  Linear outer_;  // [D, F]
  Dropout dropout_;
};
TORCH_MODULE(FeedForward);

}  // namespace dragoman
