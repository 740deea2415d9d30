#include "model/recurrent/recurrent_encoder.h"

#include "model/layers/sublayer.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

RecurrentEncoderLayerImpl::RecurrentEncoderLayerImpl(const ModelConfig& config, RandomSites& sites)
    : pre_norm_(config.norm == Norm::pre),
      forward_(register_module("forward", Recurrence(config.recurrent_cell, config.width, config.width / 2))),
      backward_(register_module("backward", Recurrence(config.recurrent_cell, config.width, config.width / 2))),
      norm_(register_module("norm", LayerNorm(config))),
      dropout_(config.dropout, sites) {}

Tensor RecurrentEncoderLayerImpl::forward(const Pass& pass, const Tensor& x, const Tensor& lengths) const {
  return run_sublayer(
      pass, x, norm_, pre_norm_, dropout_, is_training(), {}, [&](const Tensor& input, const Tensor& residual) {
        const Tensor onward = forward_->run(pass, forward_->enter(pass, input), forward_->zeros(input.size(0)));
        const Tensor back = backward_->run_backward(pass, backward_->enter(pass, input), lengths);
        const Tensor both = at::cat({onward, back}, 2);
        return residual.defined() ? residual + both : both;
      });
}

RecurrentEncoderImpl::RecurrentEncoderImpl(const ModelConfig& config, RandomSites& sites) {
  layers_ = register_layers<RecurrentEncoderLayer>(*this, config.encoder_layers, config, sites);
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor RecurrentEncoderImpl::forward(const Pass& pass, Tensor x, const Tensor& lengths) const {
  for (const RecurrentEncoderLayer& layer : layers_) x = layer->forward(pass, x, lengths);
  return final_norm_ ? final_norm_->forward(x) : x;
}

}  // namespace dragoman
