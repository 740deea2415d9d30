#include "model/layer_norm.h"

#include <ATen/ATen.h>

namespace dragoman {

LayerNormImpl::LayerNormImpl(const ModelConfig& config) : epsilon_(config.norm_epsilon) {
  weight = register_parameter("weight", torch::ones({config.width}));
  if (config.normalisation == NormForm::layer) bias = register_parameter("bias", torch::zeros({config.width}));
}

torch::Tensor LayerNormImpl::forward(const torch::Tensor& x) {
  TORCH_CHECK(x.size(-1) == weight.size(0), "LayerNorm: the input has shape ", x.sizes(), ", the scale ",
              weight.sizes());
  if (!bias.defined()) return at::rms_norm(x, {weight.size(0)}, weight, epsilon_);
  return at::layer_norm(x, {weight.size(0)}, weight, bias, epsilon_);
}

}  // namespace dragoman
