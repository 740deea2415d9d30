#include "model/convolutional/convolutional_decoder.h"

#include "model/layers/sublayer.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

ConvolutionalDecoderLayerImpl::ConvolutionalDecoderLayerImpl(const ModelConfig& config, RandomSites& sites, int number)
    : width_(config.width),
      kernel_width_(config.kernel_width),
      convolution_(register_module("convolution", GatedConvolution(config, sites))),
      cross_attention_(register_module(
          "cross_attention", CrossAttention(config, sites, AttentionSite{AttentionSite::Kind::cross, number}))) {}

Tensor ConvolutionalDecoderLayerImpl::forward(const Pass& pass, const Tensor& x, const Tensor& embedded,
                                              const Tensor& memory, const Tensor& bias) const {
  const Tensor gated = convolution_->forward(pass, convolution_->enter(pass, x), kernel_width_ - 1, 0);
  const Tensor query = scaled_sum(embedded, gated);
  const Tensor attended = cross_attention_->forward(pass, query, cross_attention_->project(pass, memory), bias);
  return scaled_sum(x, scaled_sum(gated, attended));
}

ConvolutionalDecoderCache ConvolutionalDecoderLayerImpl::start(const Pass& pass, const Tensor& memory,
                                                               std::optional<c10::ScalarType> cache_type) const {
  return {at::zeros({memory.size(0), (kernel_width_ - 1) * width_}, memory.options()),
          cross_attention_->start(pass, memory, cache_type)};
}

Tensor ConvolutionalDecoderLayerImpl::step(const Pass& pass, const Tensor& x, const Tensor& embedded,
                                           ConvolutionalDecoderCache& cache, const DecoderIndex& index) const {
  const Tensor window = at::cat({index.continued(cache.recent), convolution_->enter(pass, x)}, 1);
  cache.recent = window.narrow(1, width_, (kernel_width_ - 1) * width_);
  const Tensor gated = convolution_->step(pass, window);
  const Tensor attended = cross_attention_->step(pass, scaled_sum(embedded, gated), cache.memory, index);
  return scaled_sum(x, scaled_sum(gated, attended));
}

ConvolutionalDecoderImpl::ConvolutionalDecoderImpl(const ModelConfig& config, RandomSites& sites)
    : layers_(register_layers<ConvolutionalDecoderLayer>(*this, config.decoder_layers, config, sites)),
      dropout_(config.dropout, sites) {
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor ConvolutionalDecoderImpl::finish(const Pass& pass, const Tensor& states) const {
  const Tensor result = dropout_(pass, states, is_training());
  return final_norm_ ? final_norm_->forward(result) : result;
}

Tensor ConvolutionalDecoderImpl::forward(const Pass& pass, const Tensor& x, const Tensor& memory,
                                         const Tensor& bias) const {
  Tensor states = x;
  for (const ConvolutionalDecoderLayer& layer : layers_) states = layer->forward(pass, states, x, memory, bias);
  return finish(pass, states);
}

std::vector<ConvolutionalDecoderCache> ConvolutionalDecoderImpl::start(
    const Pass& pass, const Tensor& memory, std::optional<c10::ScalarType> cache_type) const {
  std::vector<ConvolutionalDecoderCache> caches;
  for (const ConvolutionalDecoderLayer& layer : layers_) caches.push_back(layer->start(pass, memory, cache_type));
  return caches;
}

Tensor ConvolutionalDecoderImpl::step(const Pass& pass, const Tensor& x, std::vector<ConvolutionalDecoderCache>& caches,
                                      const DecoderIndex& index) const {
  Tensor states = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) states = layers_[i]->step(pass, states, x, caches[i], index);
  return finish(pass, states);
}

}  // namespace dragoman
