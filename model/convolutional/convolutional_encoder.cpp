#include "model/convolutional/convolutional_encoder.h"

#include "model/layers/sublayer.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

ConvolutionalEncoderImpl::ConvolutionalEncoderImpl(const ModelConfig& config, RandomSites& sites)
    : reach_(config.kernel_width / 2),
      layers_(register_layers<GatedConvolution>(*this, config.encoder_layers, config, sites)) {
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

// Padding is zeros in each layer, as it is beyond the longest sentence.
Tensor ConvolutionalEncoderImpl::forward(const Pass& pass, const Tensor& x, const Tensor& lengths) const {
  const Tensor is_token = at::arange(x.size(1), lengths.options()) < lengths.unsqueeze(1);
  const bool is_padded = !is_token.all().item<bool>();
  const Tensor factors = is_token.unsqueeze(2).to(x.options().requires_grad(false));  // [B, S, 1]
  const auto without_padding = [&](const Tensor& states) { return is_padded ? states * factors : states; };
  Tensor states = x;
  for (const GatedConvolution& layer : layers_)
    states = scaled_sum(states, layer->forward(pass, without_padding(layer->enter(pass, states)), reach_, reach_));
  const Tensor result = scaled_sum(states, x);
  return final_norm_ ? final_norm_->forward(result) : result;
}

}  // namespace dragoman
