#pragma once

#include "model/attention/attention_core.h"
#include "model/attention/forms/self_attention_form.h"
#include "model/layers/linear.h"

#include <torch/nn/pimpl.h>

#include <optional>

namespace dragoman {

/// Multi-head attention of a sequence to itself (Vaswani et al. 2017, section 3.2.2). One packed weight makes queries,
/// keys and values: its rows are H · d queries, G · d keys and G · d values, in this order, head by head. What a head
/// sees is for derived classes to restrict.
class SelfAttentionImpl : public SelfAttentionBase {
 public:
  SelfAttentionImpl(const ModelConfig& config, RandomSites& sites, const AttentionSite& site);

  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& bias, Visibility visibility,
                        const torch::Tensor& residual = {}) const override;
  std::optional<c10::ScalarType> input_type(const Pass& pass) const override { return qkv_->input_type(pass); }
  void share_positions(const SelfAttentionBase& other) override {
    core_.share_positions(dynamic_cast<const SelfAttentionImpl&>(other).core_);
  }
  bool joins() const override { return core_.mixes_positions(); }
  std::unique_ptr<SelfAttentionState> start(std::optional<c10::ScalarType> cache_type) const override;
  torch::Tensor step(const Pass& pass, const torch::Tensor& x, SelfAttentionState& state, const DecoderIndex& index,
                     const torch::Tensor& residual = {}) const override;

  /// forward() up to the output projection, with what it computes on its way.
  ObservedAttention observe(const Pass& pass, const torch::Tensor& x, const torch::Tensor& bias,
                            Visibility visibility) const;

 protected:
  /// qkv: [B, T, (H + 2 · G) · d] → [B, T, H · d]
  virtual torch::Tensor attend(const Pass& pass, const torch::Tensor& qkv, const torch::Tensor& bias,
                               Visibility visibility) const;

  /// q: [R, H · d]; cache: [N, 2 · G · d] → [R, H · d]
  virtual torch::Tensor attend_cached(const torch::Tensor& q, const torch::Tensor& cache,
                                      const CacheIndex& index) const;

  const AttentionCore& core() const { return core_; }

 private:
  torch::Tensor project(const Pass& pass, const torch::Tensor& x) const;

  AttentionCore core_;
  Linear qkv_;     // [(H + 2 · G) · d, D]
  Linear output_;  // [D, H · d]
};
TORCH_MODULE(SelfAttention);

}  // namespace dragoman
