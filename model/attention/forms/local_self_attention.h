#pragma once

#include "model/attention/forms/self_attention.h"

namespace dragoman {

/// Self-attention to a window: position i sees [i - w, i + w], in a decoder [i - w, i] (Beltagy et al. 2020,
/// "Longformer", section 3.1). Time and memory grow with T · w.
class LocalSelfAttentionImpl : public SelfAttentionImpl {
 public:
  LocalSelfAttentionImpl(const ModelConfig& config, RandomSites& sites, const AttentionSite& site)
      : SelfAttentionImpl(config, sites, site), window_(config.attention_window) {}

 protected:
  torch::Tensor attend(const Pass& pass, const torch::Tensor& qkv, const torch::Tensor& bias,
                       Visibility visibility) const override;
  torch::Tensor attend_cached(const torch::Tensor& q, const torch::Tensor& cache,
                              const CacheIndex& index) const override;

 private:
  std::int64_t window_;
};

/// A window's attention: queries [B, H, T, d] to their own keys and values → [B, H, T, d]
torch::Tensor attend_to_window(const Pass& pass, const AttentionCore& core, const SplitHeads& heads,
                               const torch::Tensor& bias, Visibility visibility, std::int64_t window, bool training);

}  // namespace dragoman
