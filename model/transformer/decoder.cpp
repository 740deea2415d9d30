#include "model/transformer/decoder.h"

#include "model/architecture.h"
#include "model/layers/sublayer.h"

#include <algorithm>
#include <utility>

namespace dragoman {

using torch::Tensor;

DecoderLayerImpl::DecoderLayerImpl(const ModelConfig& config, RandomSites& sites, int number)
    : pre_norm_(config.norm == Norm::pre),
      self_attention_(register_module("self_attention",
                                      make_self_attention(config, sites, {AttentionSite::Kind::decoder_self, number}))),
      self_attention_norm_(register_module("self_attention_norm", LayerNorm(config))),
      self_attention_dropout_(config.dropout, sites),
      cross_attention_(
          reads_source(config)
              ? register_module("cross_attention",
                                CrossAttention(config, sites, AttentionSite{AttentionSite::Kind::cross, number}))
              : CrossAttention(nullptr)),
      cross_attention_norm_(cross_attention_ ? register_module("cross_attention_norm", LayerNorm(config))
                                             : LayerNorm(nullptr)),
      cross_attention_dropout_(cross_attention_ ? std::optional<Dropout>(std::in_place, config.dropout, sites)
                                                : std::optional<Dropout>()),
      feed_forward_(register_module("feed_forward", FeedForward(config, sites))),
      feed_forward_norm_(register_module("feed_forward_norm", LayerNorm(config))),
      feed_forward_dropout_(config.dropout, sites) {}

Tensor DecoderLayerImpl::forward(const Pass& pass, const Tensor& x, const Tensor& memory, const Tensor& bias) const {
  const bool training = is_training();
  Tensor state = run_sublayer(pass, x, self_attention_norm_, pre_norm_, self_attention_dropout_, training,
                              self_attention_->input_type(pass), [&](const Tensor& input, const Tensor& residual) {
                                return self_attention_->forward(pass, input, Tensor(), Visibility::causal, residual);
                              });
  if (cross_attention_) {
    state = run_sublayer(pass, state, cross_attention_norm_, pre_norm_, *cross_attention_dropout_, training,
                         cross_attention_->input_type(pass), [&](const Tensor& input, const Tensor& residual) {
                           return cross_attention_->forward(pass, input, cross_attention_->project(pass, memory), bias,
                                                            residual);
                         });
  }
  return feed(pass, state);
}

DecoderLayerCache DecoderLayerImpl::start(const Pass& pass, const Tensor& memory,
                                          std::optional<c10::ScalarType> cache_type) const {
  return {self_attention_->start(cache_type),
          cross_attention_ ? cross_attention_->start(pass, memory, cache_type) : CrossAttentionState()};
}

void DecoderLayerCache::join(const DecoderLayerCache& other) {
  self->join(*other.self);
  memory.cache.append(other.memory.cache.rows());
}

void DecoderLayerCache::keep(const DecoderIndex::Kept& rows) {
  self->keep(rows.self);
  memory.cache.keep(rows.memory);
}

Tensor DecoderLayerImpl::step(const Pass& pass, const Tensor& x, DecoderLayerCache& cache,
                              const DecoderIndex& index) const {
  const bool training = is_training();
  Tensor state = run_sublayer(pass, x, self_attention_norm_, pre_norm_, self_attention_dropout_, training, {},
                              [&](const Tensor& input, const Tensor& residual) {
                                return self_attention_->step(pass, input, *cache.self, index, residual);
                              });
  if (cross_attention_) {
    state = run_sublayer(pass, state, cross_attention_norm_, pre_norm_, *cross_attention_dropout_, training, {},
                         [&](const Tensor& input, const Tensor& residual) {
                           return cross_attention_->step(pass, input, cache.memory, index, residual);
                         });
  }
  return feed(pass, state);
}

Tensor DecoderLayerImpl::feed(const Pass& pass, const Tensor& x) const {
  return run_sublayer(
      pass, x, feed_forward_norm_, pre_norm_, feed_forward_dropout_, is_training(), feed_forward_->input_type(pass),
      [&](const Tensor& input, const Tensor& residual) { return feed_forward_->forward(pass, input, residual); });
}

DecoderImpl::DecoderImpl(const ModelConfig& config, RandomSites& sites)
    : layers_(register_layers<DecoderLayer>(*this, config.decoder_layers, config, sites)),
      layer_dropout_(config.layer_dropout, sites) {
  if (config.shared_position_biases) {
    for (DecoderLayer& layer : layers_) layer->share_positions(*layers_.front());
  }
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor DecoderImpl::forward(const Pass& pass, Tensor x, const Tensor& memory, const Tensor& bias) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (!layer_dropout_.drops(pass, static_cast<int>(i), is_training())) x = layers_[i]->forward(pass, x, memory, bias);
  }
  return final_norm_ ? final_norm_->forward(x) : x;
}

std::vector<DecoderLayerCache> DecoderImpl::start(const Pass& pass, const Tensor& memory,
                                                  std::optional<c10::ScalarType> cache_type) const {
  std::vector<DecoderLayerCache> caches;
  for (const DecoderLayer& layer : layers_) caches.push_back(layer->start(pass, memory, cache_type));
  return caches;
}

bool DecoderImpl::joins() const {
  return std::ranges::all_of(layers_, [](const DecoderLayer& layer) { return layer->joins(); });
}

Tensor DecoderImpl::step(const Pass& pass, Tensor x, std::vector<DecoderLayerCache>& caches,
                         const DecoderIndex& index) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) x = layers_[i]->step(pass, x, caches[i], index);
  return final_norm_ ? final_norm_->forward(x) : x;
}

}  // namespace dragoman
