#include "model/recurrent/recurrent_encoder.h"

#include "model/layers/sublayer.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

RecurrentEncoderLayerImpl::RecurrentEncoderLayerImpl(const ModelConfig& config, const ForwardContextPtr& context)
    : pre_norm_(config.norm == Norm::pre),
      forward_(register_module("forward", Recurrence(config.recurrent_cell, config.width, config.width / 2, context))),
      backward_(
          register_module("backward", Recurrence(config.recurrent_cell, config.width, config.width / 2, context))),
      norm_(register_module("norm", LayerNorm(config))),
      dropout_(config.dropout, context) {}

Tensor RecurrentEncoderLayerImpl::forward(const Tensor& x, const Tensor& lengths) {
  return run_sublayer(x, norm_, pre_norm_, dropout_, is_training(), {},
                      [&](const Tensor& input, const Tensor& residual) {
                        const Tensor onward = forward_->run(forward_->enter(input), forward_->zeros(input.size(0)));
                        const Tensor back = backward_->run_backward(backward_->enter(input), lengths);
                        const Tensor both = at::cat({onward, back}, 2);
                        return residual.defined() ? residual + both : both;
                      });
}

RecurrentEncoderImpl::RecurrentEncoderImpl(const ModelConfig& config, const ForwardContextPtr& context) {
  layers_ = register_layers<RecurrentEncoderLayer>(*this, config.encoder_layers, config, context);
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor RecurrentEncoderImpl::forward(Tensor x, const Tensor& lengths) {
  for (RecurrentEncoderLayer& layer : layers_) x = layer->forward(x, lengths);
  return final_norm_ ? final_norm_->forward(x) : x;
}

}  // namespace dragoman
