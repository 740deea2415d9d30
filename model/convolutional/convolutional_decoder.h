#pragma once

#include "model/attention/cross_attention.h"
#include "model/convolutional/gated_convolution.h"
#include "model/decoder_index.h"
#include "model/layers/layer_norm.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <vector>

namespace dragoman {

/// What one decoder layer keeps during a search.
struct ConvolutionalDecoderCache {
  torch::Tensor
      recent;  ///< what entered the convolution last, k - 1 positions of each of the last step's rows: [R, (k - 1) · D]
  CrossAttentionState memory;
};

/// A gated convolution over the positions so far, and attention to the memory by its result and the target's embedding
/// (Gehring et al. 2017, section 3.3). Each sum, the layer's residual connection included, is scaled by √0.5.
class ConvolutionalDecoderLayerImpl : public torch::nn::Module {
 public:
  /// number: of the layer in its stack, from 0
  ConvolutionalDecoderLayerImpl(const ModelConfig& config, RandomSites& sites, int number);

  /// x: [B, T, D]; embedded: [B, T, D], what entered the first layer; memory: [B, S, D]; bias: [B, 1, 1, S] → [B, T, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& embedded,
                        const torch::Tensor& memory, const torch::Tensor& bias) const;

  /// memory: [B, S, D] → the cache of a search that has not taken a step. cache_type: of keys and values, if not their
  /// own
  ConvolutionalDecoderCache start(const Pass& pass, const torch::Tensor& memory,
                                  std::optional<c10::ScalarType> cache_type) const;

  /// One token more: x, embedded: [R, D] → [R, D]
  torch::Tensor step(const Pass& pass, const torch::Tensor& x, const torch::Tensor& embedded,
                     ConvolutionalDecoderCache& cache, const DecoderIndex& index) const;

 private:
  std::int64_t width_;
  std::int64_t kernel_width_;
  GatedConvolution convolution_;
  CrossAttention cross_attention_;
};
TORCH_MODULE(ConvolutionalDecoderLayer);

class ConvolutionalDecoderImpl : public torch::nn::Module {
 public:
  ConvolutionalDecoderImpl(const ModelConfig& config, RandomSites& sites);

  /// As the layers' functions of these names; dropout and the final norm come on top.
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& memory,
                        const torch::Tensor& bias) const;
  std::vector<ConvolutionalDecoderCache> start(const Pass& pass, const torch::Tensor& memory,
                                               std::optional<c10::ScalarType> cache_type) const;
  torch::Tensor step(const Pass& pass, const torch::Tensor& x, std::vector<ConvolutionalDecoderCache>& caches,
                     const DecoderIndex& index) const;

 private:
  torch::Tensor finish(const Pass& pass, const torch::Tensor& states) const;

  std::vector<ConvolutionalDecoderLayer> layers_;
  Dropout dropout_;
  LayerNorm final_norm_{nullptr};
};
TORCH_MODULE(ConvolutionalDecoder);

}  // namespace dragoman
