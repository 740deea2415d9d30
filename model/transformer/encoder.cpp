#include "model/transformer/encoder.h"

#include "model/layers/sublayer.h"

namespace dragoman {

using torch::Tensor;

EncoderLayerImpl::EncoderLayerImpl(const ModelConfig& config, const ForwardContextPtr& context, int number)
    : pre_norm_(config.norm == Norm::pre),
      self_attention_(register_module(
          "self_attention", make_self_attention(config, context, {AttentionSite::Kind::encoder_self, number}))),
      self_attention_norm_(register_module("self_attention_norm", LayerNorm(config))),
      self_attention_dropout_(config.dropout, context),
      feed_forward_(register_module("feed_forward", FeedForward(config, context))),
      feed_forward_norm_(register_module("feed_forward_norm", LayerNorm(config))),
      feed_forward_dropout_(config.dropout, context) {}

Tensor EncoderLayerImpl::forward(const Tensor& x, const Tensor& bias) {
  const bool training = is_training();
  const Tensor attended = run_sublayer(x, self_attention_norm_, pre_norm_, self_attention_dropout_, training,
                                       self_attention_->input_type(), [&](const Tensor& input, const Tensor& residual) {
                                         return self_attention_->forward(input, bias, Visibility::all, residual);
                                       });
  return run_sublayer(
      attended, feed_forward_norm_, pre_norm_, feed_forward_dropout_, training, feed_forward_->input_type(),
      [&](const Tensor& input, const Tensor& residual) { return feed_forward_->forward(input, residual); });
}

EncoderImpl::EncoderImpl(const ModelConfig& config, const ForwardContextPtr& context)
    : layers_(register_layers<EncoderLayer>(*this, config.encoder_layers, config, context)),
      layer_dropout_(config.layer_dropout, context) {
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor EncoderImpl::forward(Tensor x, const Tensor& bias) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (!layer_dropout_.drops(static_cast<int>(i), is_training())) x = layers_[i]->forward(x, bias);
  }
  return final_norm_ ? final_norm_->forward(x) : x;
}

}  // namespace dragoman
