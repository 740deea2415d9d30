#pragma once

#include "model/attention/cross_attention.h"
#include "model/attention/forms/self_attention_form.h"
#include "model/decoder_index.h"
#include "model/layers/feed_forward.h"
#include "model/layers/layer_dropout.h"
#include "model/layers/layer_norm.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <memory>
#include <optional>
#include <vector>

namespace dragoman {

/// What one decoder layer keeps during a search.
struct DecoderLayerCache {
  std::unique_ptr<SelfAttentionState> self;
  CrossAttentionState memory;

  /// As DecoderIndex::join() and DecoderIndex::Kept tell.
  void join(const DecoderLayerCache& other);
  void keep(const DecoderIndex::Kept& rows);
};

/// Causal self-attention, cross-attention and feed-forward, each a sublayer as in the encoder. That of a language model
/// has no cross-attention, and looks at no memory.
class DecoderLayerImpl : public torch::nn::Module {
 public:
  /// number: of the layer in its stack, from 0
  DecoderLayerImpl(const ModelConfig& config, RandomSites& sites, int number);

  /// Has the positions of another layer's self-attention in place of its own.
  void share_positions(const DecoderLayerImpl& other) { self_attention_->share_positions(*other.self_attention_); }

  /// x: [B, T, D]; memory: [B, S, D]; bias: [B, 1, 1, S] → [B, T, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& memory,
                        const torch::Tensor& bias) const;

  /// memory: [B, S, D] → the cache of a search that has not taken a step. cache_type: of keys and values, if not their
  /// own
  DecoderLayerCache start(const Pass& pass, const torch::Tensor& memory,
                          std::optional<c10::ScalarType> cache_type) const;

  /// Whether the caches of several searches may become one.
  bool joins() const { return self_attention_->joins() && (!cross_attention_ || cross_attention_->joins()); }

  /// One token more: x: [R, D] → [R, D]
  torch::Tensor step(const Pass& pass, const torch::Tensor& x, DecoderLayerCache& cache,
                     const DecoderIndex& index) const;

 private:
  torch::Tensor feed(const Pass& pass, const torch::Tensor& x) const;

  bool pre_norm_;
  std::shared_ptr<SelfAttentionBase> self_attention_;
  LayerNorm self_attention_norm_;
  Dropout self_attention_dropout_;
  CrossAttention cross_attention_;  // the three of a language model are empty
  LayerNorm cross_attention_norm_;
  std::optional<Dropout> cross_attention_dropout_;
  FeedForward feed_forward_;
  LayerNorm feed_forward_norm_;
  Dropout feed_forward_dropout_;
};
TORCH_MODULE(DecoderLayer);

class DecoderImpl : public torch::nn::Module {
 public:
  DecoderImpl(const ModelConfig& config, RandomSites& sites);

  /// As the layers' functions of these names; the final norm comes on top.
  torch::Tensor forward(const Pass& pass, torch::Tensor x, const torch::Tensor& memory,
                        const torch::Tensor& bias) const;
  std::vector<DecoderLayerCache> start(const Pass& pass, const torch::Tensor& memory,
                                       std::optional<c10::ScalarType> cache_type) const;
  bool joins() const;
  torch::Tensor step(const Pass& pass, torch::Tensor x, std::vector<DecoderLayerCache>& caches,
                     const DecoderIndex& index) const;

 private:
  std::vector<DecoderLayer> layers_;
  LayerDropout layer_dropout_;
  LayerNorm final_norm_{nullptr};
};
TORCH_MODULE(Decoder);

}  // namespace dragoman
