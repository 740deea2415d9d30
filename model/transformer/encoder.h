#pragma once

#include "model/attention/forms/self_attention_form.h"
#include "model/layers/feed_forward.h"
#include "model/layers/layer_dropout.h"
#include "model/layers/layer_norm.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <memory>
#include <vector>

namespace dragoman {

/// Self-attention and feed-forward, each with residual connection, dropout and layer norm: before the sublayer
/// (pre-norm, Xiong et al. 2020) or behind the sum (post-norm, Vaswani et al. 2017).
class EncoderLayerImpl : public torch::nn::Module {
 public:
  /// number: of the layer in its stack, from 0
  EncoderLayerImpl(const ModelConfig& config, RandomSites& sites, int number);

  /// Has the positions of another layer's self-attention in place of its own.
  void share_positions(const EncoderLayerImpl& other) { self_attention_->share_positions(*other.self_attention_); }

  /// x: [B, S, D]; bias: [B, 1, 1, S] → [B, S, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& bias) const;

 private:
  bool pre_norm_;
  std::shared_ptr<SelfAttentionBase> self_attention_;
  LayerNorm self_attention_norm_;
  Dropout self_attention_dropout_;
  FeedForward feed_forward_;
  LayerNorm feed_forward_norm_;
  Dropout feed_forward_dropout_;
};
TORCH_MODULE(EncoderLayer);

class EncoderImpl : public torch::nn::Module {
 public:
  EncoderImpl(const ModelConfig& config, RandomSites& sites);

  /// x: [B, S, D]; bias: [B, 1, 1, S] → [B, S, D]
  torch::Tensor forward(const Pass& pass, torch::Tensor x, const torch::Tensor& bias) const;

 private:
  std::vector<EncoderLayer> layers_;
  LayerDropout layer_dropout_;
  LayerNorm final_norm_{nullptr};
};
TORCH_MODULE(Encoder);

}  // namespace dragoman
