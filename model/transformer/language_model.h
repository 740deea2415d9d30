#pragma once

#include "model/attention/forms/self_attention_form.h"
#include "model/layers/embedding.h"
#include "model/layers/feed_forward.h"
#include "model/layers/layer_dropout.h"
#include "model/layers/layer_norm.h"
#include "model/model_config.h"
#include "model/token_model.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace dragoman {

/// Causal self-attention and feed-forward, each a sublayer as in the encoder.
class LanguageModelLayerImpl : public torch::nn::Module {
 public:
  /// number: of the layer in its stack, from 0
  LanguageModelLayerImpl(const ModelConfig& config, RandomSites& sites, int number);

  /// Has the positions of another layer's self-attention in place of its own.
  void share_positions(const LanguageModelLayerImpl& other) {
    self_attention_->share_positions(*other.self_attention_);
  }

  /// x: [B, T, D] → [B, T, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x) const;

  std::unique_ptr<SelfAttentionState> start(std::optional<c10::ScalarType> cache_type) const {
    return self_attention_->start(cache_type);
  }

  /// One token more: x: [R, D] → [R, D]
  torch::Tensor step(const Pass& pass, const torch::Tensor& x, SelfAttentionState& state,
                     const DecoderIndex& index) const;

 private:
  torch::Tensor feed(const Pass& pass, const torch::Tensor& x) const;

  bool pre_norm_;
  std::shared_ptr<SelfAttentionBase> self_attention_;
  LayerNorm self_attention_norm_;
  Dropout self_attention_dropout_;
  FeedForward feed_forward_;
  LayerNorm feed_forward_norm_;
  Dropout feed_forward_dropout_;
};
TORCH_MODULE(LanguageModelLayer);

class LanguageModelStackImpl : public torch::nn::Module {
 public:
  LanguageModelStackImpl(const ModelConfig& config, RandomSites& sites);

  /// As the layers' functions of these names; the final norm comes on top.
  torch::Tensor forward(const Pass& pass, torch::Tensor x) const;
  std::vector<std::unique_ptr<SelfAttentionState>> start(std::optional<c10::ScalarType> cache_type) const;
  torch::Tensor step(const Pass& pass, torch::Tensor x, std::span<const std::unique_ptr<SelfAttentionState>> states,
                     const DecoderIndex& index) const;

 private:
  std::vector<LanguageModelLayer> layers_;
  LayerDropout layer_dropout_;
  LayerNorm final_norm_{nullptr};
};
TORCH_MODULE(LanguageModelStack);

/// How probable a text is, whatever it translates: the Transformer's decoder alone (Liu et al. 2018, "Generating
/// Wikipedia by Summarizing Long Sequences", section 4.2.3). What it is given as a source is not looked at.
class LanguageModel : public TokenModel {
 public:
  /// seed: as Transformer's
  explicit LanguageModel(const ModelConfig& config, std::optional<std::uint64_t> seed = 1);

  Memory encode(const Pass& pass, const torch::Tensor& source, const torch::Tensor& lengths) const override;
  torch::Tensor decode(const Pass& pass, const Memory& memory, const torch::Tensor& target) const override;
  std::unique_ptr<DecoderState> start(const Pass& pass, const Memory& memory) const override;
  torch::Tensor step(const Pass& pass, DecoderState& state, const torch::Tensor& previous) const override;
  void reorder(DecoderState& state, std::span<const std::int64_t> rows) const override;

 private:
  InputLayer input_{nullptr};
  LanguageModelStack stack_{nullptr};
};

}  // namespace dragoman
