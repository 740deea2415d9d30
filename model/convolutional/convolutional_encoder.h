#pragma once

#include "model/convolutional/gated_convolution.h"
#include "model/layers/layer_norm.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <vector>

namespace dragoman {

/// Layers of gated convolutions, each with a residual connection scaled by √0.5; what leaves the last is added to what
/// entered the first, so that attention finds the tokens beside their context (Gehring et al. 2017, sections 3.2 and
/// 3.3, where this sum is the attention's values alone; here it is its keys too).
class ConvolutionalEncoderImpl : public torch::nn::Module {
 public:
  ConvolutionalEncoderImpl(const ModelConfig& config, RandomSites& sites);

  /// x: [B, S, D]; lengths: [B] int64 on the CPU → [B, S, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& lengths) const;

 private:
  std::int64_t reach_;  // positions on either side that a convolution sees
  std::vector<GatedConvolution> layers_;
  LayerNorm final_norm_{nullptr};
};
TORCH_MODULE(ConvolutionalEncoder);

}  // namespace dragoman
