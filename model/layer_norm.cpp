#include "model/layer_norm.h"

#include <ATen/ATen.h>

namespace dragoman {

LayerNormImpl::LayerNormImpl(std::int64_t width, double epsilon) : epsilon_(epsilon) {
  weight = register_parameter("weight", torch::ones({width}));
  bias = register_parameter("bias", torch::zeros({width}));
}

torch::Tensor LayerNormImpl::forward(const torch::Tensor& x) {
  TORCH_CHECK(x.size(-1) == weight.size(0), "LayerNorm: the input has shape ", x.sizes(), ", the scale ",
              weight.sizes());
  return at::layer_norm(x, {weight.size(0)}, weight, bias, epsilon_);
}

}  // namespace dragoman
