#include "model/transformer/encoder.h"

#include "model/layers/sublayer.h"

namespace dragoman {

using torch::Tensor;

EncoderLayerImpl::EncoderLayerImpl(const ModelConfig& config, RandomSites& sites, int number)
    : pre_norm_(config.norm == Norm::pre),
      self_attention_(register_module("self_attention",
                                      make_self_attention(config, sites, {AttentionSite::Kind::encoder_self, number}))),
      self_attention_norm_(register_module("self_attention_norm", LayerNorm(config))),
      self_attention_dropout_(config.dropout, sites),
      feed_forward_(register_module("feed_forward", FeedForward(config, sites))),
      feed_forward_norm_(register_module("feed_forward_norm", LayerNorm(config))),
      feed_forward_dropout_(config.dropout, sites) {}

Tensor EncoderLayerImpl::forward(const Pass& pass, const Tensor& x, const Tensor& bias) const {
  const bool training = is_training();
  const Tensor attended =
      run_sublayer(pass, x, self_attention_norm_, pre_norm_, self_attention_dropout_, training,
                   self_attention_->input_type(pass), [&](const Tensor& input, const Tensor& residual) {
                     return self_attention_->forward(pass, input, bias, Visibility::all, residual);
                   });
  return run_sublayer(
      pass, attended, feed_forward_norm_, pre_norm_, feed_forward_dropout_, training, feed_forward_->input_type(pass),
      [&](const Tensor& input, const Tensor& residual) { return feed_forward_->forward(pass, input, residual); });
}

EncoderImpl::EncoderImpl(const ModelConfig& config, RandomSites& sites)
    : layers_(register_layers<EncoderLayer>(*this, config.encoder_layers, config, sites)),
      layer_dropout_(config.layer_dropout, sites) {
  if (config.shared_position_biases) {
    for (EncoderLayer& layer : layers_) layer->share_positions(*layers_.front());
  }
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor EncoderImpl::forward(const Pass& pass, Tensor x, const Tensor& bias) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (!layer_dropout_.drops(pass, static_cast<int>(i), is_training())) x = layers_[i]->forward(pass, x, bias);
  }
  return final_norm_ ? final_norm_->forward(x) : x;
}

}  // namespace dragoman
