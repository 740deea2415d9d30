#pragma once

#include "model/attention/attention_core.h"
#include "model/decoder_index.h"
#include "model/layers/linear.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

namespace dragoman {

/// What a cross-attention keeps during a search.
struct CrossAttentionState {
  KeyValueCache cache;    ///< of the sentences: [B · S, 2 · G · d], and behind them of those that have joined
  torch::Tensor reached;  ///< where monotonic attention has come to, by the last step's rows: [R, H]
};

/// Multi-head attention of target positions to the encoder's memory.
class CrossAttentionImpl : public torch::nn::Module {
 public:
  CrossAttentionImpl(const ModelConfig& config, RandomSites& sites, const AttentionSite& site);

  /// Of x, as in Linear.
  c10::ScalarType input_type(const Pass& pass) const { return q_->input_type(pass); }

  /// memory: [B, S, D] → keys and values, [B, S, 2 · G · d]
  torch::Tensor project(const Pass& pass, const torch::Tensor& memory) const;

  /// The same for all steps of a search, which has not taken any. cache_type: to keep it in, if not its own
  CrossAttentionState start(const Pass& pass, const torch::Tensor& memory,
                            std::optional<c10::ScalarType> cache_type) const;

  /// Whether rows of several searches may go on as one.
  bool joins() const { return core_.mixes_positions(); }

  /// x: [R, D], each row to its sentence → [R, D]
  torch::Tensor step(const Pass& pass, const torch::Tensor& x, CrossAttentionState& state, const DecoderIndex& index,
                     const torch::Tensor& residual = {}) const;

  /// x: [B, T, D]; keys_values: of project(); bias: [B, 1, 1, S], 0 where the memory is of a token and -inf where it is
  /// padding; reached: as in AttentionCore::attend(), for those who come with a part of the positions → [B, T, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& keys_values,
                        const torch::Tensor& bias, const torch::Tensor& residual = {},
                        torch::Tensor* reached = nullptr) const;

  /// forward() up to the output projection, with what it computes on its way.
  ObservedAttention observe(const Pass& pass, const torch::Tensor& x, const torch::Tensor& keys_values,
                            const torch::Tensor& bias) const;

 private:
  torch::Tensor queries(const Pass& pass, const torch::Tensor& x) const;

  AttentionCore core_;
  Linear q_;       // [H · d, D]
  Linear kv_;      // [2 · G · d, D]
  Linear output_;  // [D, H · d]
};
TORCH_MODULE(CrossAttention);

}  // namespace dragoman
