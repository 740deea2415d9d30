#pragma once

#include "model/attention/attention_observer.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace dragoman {

/// A head of a cross-attention that is trained to align.
struct GuidedHead {
  AttentionSite site;
  int head = 0;
  double weight = 0;  ///< of its loss
};

/// Keeps what this head makes of the source in a pass, for autograd to follow.
class GuidedWeights : public AttentionObserver {
 public:
  explicit GuidedWeights(const GuidedHead& head) : head_(head) {}

  bool looks_at(const AttentionSite& site) const override { return site == head_.site; }
  torch::Tensor see(const AttentionSite& site, const torch::Tensor& weights, const torch::Tensor& heads) override;

  /// [B, T, S] of the first T queries. Undefined if the pass has left out the layer.
  torch::Tensor of(std::int64_t queries) const;

 private:
  GuidedHead head_;
  std::vector<torch::Tensor> parts_;  // [B, t, S], one behind the other
};

/// −Σ P · log A over all target tokens, in nats, where P is the `alignment` of a Batch and A the weights of the head,
/// both [B, T, S] (Garg et al. 2019, "Jointly Learning to Align and Translate with Transformer Models", section 3.2,
/// after Chen et al. 2016, "Guided Alignment Training for Topic-Aware Neural Machine Translation"). Tokens that are
/// linked to none have no part in it. Returns [] float32.
torch::Tensor alignment_loss(const torch::Tensor& weights, const torch::Tensor& alignment);

}  // namespace dragoman
