#include "model/convolutional/gated_convolution.h"

#include <ATen/ATen.h>

#include <numbers>
#include <vector>

namespace dragoman {

using torch::Tensor;

GatedConvolutionImpl::GatedConvolutionImpl(const ModelConfig& config, RandomSites& sites)
    : kernel_width_(config.kernel_width),
      norm_(register_module("norm", LayerNorm(config))),
      dropout_(config.dropout, sites),
      kernel_(register_module("kernel", Linear(config.kernel_width * config.width, 2 * config.width, true))) {}

Tensor GatedConvolutionImpl::enter(const Pass& pass, const Tensor& x) const {
  return dropout_(pass, norm_->forward(x), is_training());
}

Tensor GatedConvolutionImpl::forward(const Pass& pass, const Tensor& x, std::int64_t before,
                                     std::int64_t behind) const {
  TORCH_CHECK(x.dim() == 3 && before + behind == kernel_width_ - 1, "GatedConvolution: an input ", x.sizes(), " with ",
              before, " + ", behind, " zeros does not fit [B, T, D], ", kernel_width_, " - 1");
  const Tensor padded = at::constant_pad_nd(x, {0, 0, before, behind});
  std::vector<Tensor> shifted;
  for (std::int64_t i = 0; i < kernel_width_; ++i) shifted.push_back(padded.narrow(1, i, x.size(1)));
  return gated(pass, at::cat(shifted, 2));
}

Tensor GatedConvolutionImpl::gated(const Pass& pass, const Tensor& windows) const {
  return at::glu(kernel_->forward(pass, windows), -1);
}

Tensor scaled_sum(const Tensor& x, const Tensor& y) {
  return (x + y) * (1.0 / std::numbers::sqrt2);
}

}  // namespace dragoman
