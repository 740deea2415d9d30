#include "model/decoder.h"

#include "model/sublayer.h"

namespace dragoman {

using torch::Tensor;

DecoderLayerImpl::DecoderLayerImpl(const ModelConfig& config, const ForwardContextPtr& context, int number)
    : context_(context),
      pre_norm_(config.norm == Norm::pre),
      self_attention_(register_module("self_attention", SelfAttention(config, context, AttentionSite{AttentionSite::Kind::decoder_self, number}))),
      self_attention_norm_(register_module("self_attention_norm", LayerNorm(config.width, config.norm_epsilon))),
      self_attention_dropout_(config.dropout, context),
      cross_attention_(register_module("cross_attention", CrossAttention(config, context, AttentionSite{AttentionSite::Kind::cross, number}))),
      cross_attention_norm_(register_module("cross_attention_norm", LayerNorm(config.width, config.norm_epsilon))),
      cross_attention_dropout_(config.dropout, context),
      feed_forward_(register_module("feed_forward", FeedForward(config, context))),
      feed_forward_norm_(register_module("feed_forward_norm", LayerNorm(config.width, config.norm_epsilon))),
      feed_forward_dropout_(config.dropout, context) {}

Tensor DecoderLayerImpl::forward(const Tensor& x, const Tensor& memory, const Tensor& bias) {
  const bool training = is_training();
  Tensor state = run_sublayer(x, self_attention_norm_, pre_norm_, self_attention_dropout_, training,
                              [&](const Tensor& input, const Tensor& residual) {
                                return self_attention_->forward(input, Tensor(), Visibility::causal, residual);
                              });
  state = run_sublayer(state, cross_attention_norm_, pre_norm_, cross_attention_dropout_, training,
                       [&](const Tensor& input, const Tensor& residual) {
                         return cross_attention_->forward(input, cross_attention_->project(memory), bias, residual);
                       });
  return feed(state);
}

DecoderLayerCache DecoderLayerImpl::start(const Tensor& memory) {
  const auto type = context_->cache_type(memory.device());
  return {KeyValueCache(type), cross_attention_->cache(memory, type)};
}

Tensor DecoderLayerImpl::step(const Tensor& x, DecoderLayerCache& cache, const DecoderIndex& index) {
  const bool training = is_training();
  Tensor state = run_sublayer(x, self_attention_norm_, pre_norm_, self_attention_dropout_, training,
                              [&](const Tensor& input, const Tensor& residual) {
                                return self_attention_->step(input, cache.self, index.self, residual);
                              });
  state = run_sublayer(state, cross_attention_norm_, pre_norm_, cross_attention_dropout_, training,
                       [&](const Tensor& input, const Tensor& residual) {
                         return cross_attention_->step(input, cache.memory, index.memory, residual);
                       });
  return feed(state);
}

Tensor DecoderLayerImpl::feed(const Tensor& x) {
  return run_sublayer(
      x, feed_forward_norm_, pre_norm_, feed_forward_dropout_, is_training(),
      [&](const Tensor& input, const Tensor& residual) { return feed_forward_->forward(input, residual); });
}

DecoderImpl::DecoderImpl(const ModelConfig& config, const ForwardContextPtr& context) {
  layers_ = register_layers<DecoderLayer>(*this, config.decoder_layers, config, context);
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config.width, config.norm_epsilon));
}

Tensor DecoderImpl::forward(Tensor x, const Tensor& memory, const Tensor& bias) {
  for (DecoderLayer& layer : layers_) x = layer->forward(x, memory, bias);
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
