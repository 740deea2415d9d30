#include "model/convolutional/convolutional_decoder.h"

#include "model/layers/sublayer.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

ConvolutionalDecoderLayerImpl::ConvolutionalDecoderLayerImpl(const ModelConfig& config,
                                                             const ForwardContextPtr& context, int number)
    : width_(config.width),
      kernel_width_(config.kernel_width),
      convolution_(register_module("convolution", GatedConvolution(config, context))),
      cross_attention_(register_module(
          "cross_attention", CrossAttention(config, context, AttentionSite{AttentionSite::Kind::cross, number}))) {}

Tensor ConvolutionalDecoderLayerImpl::forward(const Tensor& x, const Tensor& embedded, const Tensor& memory,
                                              const Tensor& bias) {
  const Tensor gated = convolution_->forward(convolution_->enter(x), kernel_width_ - 1, 0);
  const Tensor query = scaled_sum(embedded, gated);
  const Tensor attended = cross_attention_->forward(query, cross_attention_->project(memory), bias);
  return scaled_sum(x, scaled_sum(gated, attended));
}

ConvolutionalDecoderCache ConvolutionalDecoderLayerImpl::start(const Tensor& memory) {
  return {at::zeros({memory.size(0), (kernel_width_ - 1) * width_}, memory.options()), cross_attention_->start(memory)};
}

Tensor ConvolutionalDecoderLayerImpl::step(const Tensor& x, const Tensor& embedded, ConvolutionalDecoderCache& cache,
                                           const DecoderIndex& index) {
  const Tensor window = at::cat({index.continued(cache.recent), convolution_->enter(x)}, 1);
  cache.recent = window.narrow(1, width_, (kernel_width_ - 1) * width_);
  const Tensor gated = convolution_->step(window);
  const Tensor attended = cross_attention_->step(scaled_sum(embedded, gated), cache.memory, index);
  return scaled_sum(x, scaled_sum(gated, attended));
}

ConvolutionalDecoderImpl::ConvolutionalDecoderImpl(const ModelConfig& config, const ForwardContextPtr& context)
    : layers_(register_layers<ConvolutionalDecoderLayer>(*this, config.decoder_layers, config, context)),
      dropout_(config.dropout, context) {
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor ConvolutionalDecoderImpl::finish(const Tensor& states) {
  const Tensor result = dropout_(states, is_training());
  return final_norm_ ? final_norm_->forward(result) : result;
}

Tensor ConvolutionalDecoderImpl::forward(const Tensor& x, const Tensor& memory, const Tensor& bias) {
  Tensor states = x;
  for (ConvolutionalDecoderLayer& layer : layers_) states = layer->forward(states, x, memory, bias);
  return finish(states);
}

std::vector<ConvolutionalDecoderCache> ConvolutionalDecoderImpl::start(const Tensor& memory) {
  std::vector<ConvolutionalDecoderCache> caches;
  for (ConvolutionalDecoderLayer& layer : layers_) caches.push_back(layer->start(memory));
  return caches;
}

Tensor ConvolutionalDecoderImpl::step(const Tensor& x, std::vector<ConvolutionalDecoderCache>& caches,
                                      const DecoderIndex& index) {
  Tensor states = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) states = layers_[i]->step(states, x, caches[i], index);
  return finish(states);
}

}  // namespace dragoman
