#include "model/transformer/decoder.h"

#include "model/layers/sublayer.h"

namespace dragoman {

using torch::Tensor;

DecoderLayerImpl::DecoderLayerImpl(const ModelConfig& config, const ForwardContextPtr& context, int number)
    : pre_norm_(config.norm == Norm::pre),
      self_attention_(register_module(
          "self_attention", make_self_attention(config, context, {AttentionSite::Kind::decoder_self, number}))),
      self_attention_norm_(register_module("self_attention_norm", LayerNorm(config))),
      self_attention_dropout_(config.dropout, context),
      cross_attention_(register_module(
          "cross_attention", CrossAttention(config, context, AttentionSite{AttentionSite::Kind::cross, number}))),
      cross_attention_norm_(register_module("cross_attention_norm", LayerNorm(config))),
      cross_attention_dropout_(config.dropout, context),
      feed_forward_(register_module("feed_forward", FeedForward(config, context))),
      feed_forward_norm_(register_module("feed_forward_norm", LayerNorm(config))),
      feed_forward_dropout_(config.dropout, context) {}

Tensor DecoderLayerImpl::forward(const Tensor& x, const Tensor& memory, const Tensor& bias) {
  const bool training = is_training();
  Tensor state = run_sublayer(x, self_attention_norm_, pre_norm_, self_attention_dropout_, training,
                              self_attention_->input_type(), [&](const Tensor& input, const Tensor& residual) {
                                return self_attention_->forward(input, Tensor(), Visibility::causal, residual);
                              });
  state = run_sublayer(state, cross_attention_norm_, pre_norm_, cross_attention_dropout_, training,
                       cross_attention_->input_type(), [&](const Tensor& input, const Tensor& residual) {
                         return cross_attention_->forward(input, cross_attention_->project(memory), bias, residual);
                       });
  return feed(state);
}

DecoderLayerCache DecoderLayerImpl::start(const Tensor& memory) {
  return {self_attention_->start(memory), cross_attention_->start(memory)};
}

Tensor DecoderLayerImpl::step(const Tensor& x, DecoderLayerCache& cache, const DecoderIndex& index) {
  const bool training = is_training();
  Tensor state = run_sublayer(x, self_attention_norm_, pre_norm_, self_attention_dropout_, training, {},
                              [&](const Tensor& input, const Tensor& residual) {
                                return self_attention_->step(input, *cache.self, index, residual);
                              });
  state = run_sublayer(state, cross_attention_norm_, pre_norm_, cross_attention_dropout_, training, {},
                       [&](const Tensor& input, const Tensor& residual) {
                         return cross_attention_->step(input, cache.memory, index, residual);
                       });
  return feed(state);
}

Tensor DecoderLayerImpl::feed(const Tensor& x) {
  return run_sublayer(
      x, feed_forward_norm_, pre_norm_, feed_forward_dropout_, is_training(), feed_forward_->input_type(),
      [&](const Tensor& input, const Tensor& residual) { return feed_forward_->forward(input, residual); });
}

DecoderImpl::DecoderImpl(const ModelConfig& config, const ForwardContextPtr& context)
    : layers_(register_layers<DecoderLayer>(*this, config.decoder_layers, config, context)),
      layer_dropout_(config.layer_dropout, context) {
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor DecoderImpl::forward(Tensor x, const Tensor& memory, const Tensor& bias) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (!layer_dropout_.drops(static_cast<int>(i), is_training())) x = layers_[i]->forward(x, memory, bias);
  }
  return final_norm_ ? final_norm_->forward(x) : x;
}

std::vector<DecoderLayerCache> DecoderImpl::start(const Tensor& memory) {
  std::vector<DecoderLayerCache> caches;
  for (DecoderLayer& layer : layers_) caches.push_back(layer->start(memory));
  return caches;
}

Tensor DecoderImpl::step(Tensor x, std::vector<DecoderLayerCache>& caches, const DecoderIndex& index) {
  for (std::size_t i = 0; i < layers_.size(); ++i) x = layers_[i]->step(x, caches[i], index);
  return final_norm_ ? final_norm_->forward(x) : x;
}

}  // namespace dragoman
