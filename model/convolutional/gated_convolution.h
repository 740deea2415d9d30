#pragma once

#include "model/layers/dropout.h"
#include "model/layers/layer_norm.h"
#include "model/layers/linear.h"
#include "model/model_config.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// A convolution over positions with a gated linear unit behind it (Dauphin et al. 2017): of its 2 · D outputs the
/// first half, times the sigmoid of the second. It is computed as one product with windows of k positions side by side.
class GatedConvolutionImpl : public torch::nn::Module {
 public:
  GatedConvolutionImpl(const ModelConfig& config, RandomSites& sites);

  /// What the convolution takes in: x: [B, T, D] or [R, D], normalised, with dropout → as x
  torch::Tensor enter(const Pass& pass, const torch::Tensor& x) const;

  /// x: [B, T, D], entered, with zeros put before and behind it, k - 1 together → [B, T, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, std::int64_t before, std::int64_t behind) const;

  /// One position: window: [R, k · D], entered, which ends with it → [R, D]
  torch::Tensor step(const Pass& pass, const torch::Tensor& window) const { return gated(pass, window); }

 private:
  torch::Tensor gated(const Pass& pass, const torch::Tensor& windows) const;

  std::int64_t kernel_width_;
  LayerNorm norm_;
  Dropout dropout_;
  Linear kernel_;  // [2 · D, k · D], the windows' positions in their order
};
TORCH_MODULE(GatedConvolution);

/// (x + y) · √0.5, which keeps the variance of two sums of like size (Gehring et al. 2017, section 3.5).
torch::Tensor scaled_sum(const torch::Tensor& x, const torch::Tensor& y);

}  // namespace dragoman
