#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// Layer normalisation over the last dimension with learned scale and shift (Ba et al. 2016).
class LayerNormImpl : public torch::nn::Module {
 public:
  LayerNormImpl(std::int64_t width, double epsilon);

  /// x: [..., D] → [..., D]
  torch::Tensor forward(const torch::Tensor& x);

  torch::Tensor weight;  ///< [D]
  torch::Tensor bias;    ///< [D]

 private:
  double epsilon_;
};
TORCH_MODULE(LayerNorm);

}  // namespace dragoman
