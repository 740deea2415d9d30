#pragma once

#include "model/attention_observer.h"
#include "model/cached_attention.h"
#include "model/dropout.h"
#include "model/linear.h"
#include "model/model_config.h"
#include "model/scaled_dot_product.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

/// Keys and values that queries attend to, each [B, H, S, d].
struct KeysValues {
  torch::Tensor keys;
  torch::Tensor values;
};

/// Multi-head attention of a sequence to itself (Vaswani et al. 2017, section 3.2.2). One packed weight makes queries,
/// keys and values: its rows are H · d of each, in this order, head by head.
class SelfAttentionImpl : public torch::nn::Module {
 public:
  SelfAttentionImpl(const ModelConfig& config, const ForwardContextPtr& context, const AttentionSite& site);

  /// x: [B, T, D]; bias: as in attend(); residual: added to the result if it is defined, here and below → [B, T, D]
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& bias, Visibility visibility,
                        const torch::Tensor& residual = {});

  /// One position more: x: [R, D] joins the cache, row i as its position count() + i, and attends to what `index`
  /// tells, itself included → [R, D].
  torch::Tensor step(const torch::Tensor& x, KeyValueCache& cache, const CacheIndex& index,
                     const torch::Tensor& residual = {});

  /// forward() with what it computes on its way.
  ObservedAttention observe(const torch::Tensor& x, const torch::Tensor& bias, Visibility visibility);

 private:
  ForwardContextPtr context_;
  AttentionSite site_;
  std::int64_t heads_;
  bool drops_;
  Linear qkv_;     // [3 · D, D]
  Linear output_;  // [D, D]
  Dropout dropout_;
};
TORCH_MODULE(SelfAttention);

/// Multi-head attention of target positions to the encoder's memory.
class CrossAttentionImpl : public torch::nn::Module {
 public:
  CrossAttentionImpl(const ModelConfig& config, const ForwardContextPtr& context, const AttentionSite& site);

  /// memory: [B, S, D] → keys and values
  KeysValues project(const torch::Tensor& memory);

  /// The same as a cache of B · S positions, computed once for all steps of a search, and kept in `type`, else in the
  /// memory's: [B · S, 2 · D].
  torch::Tensor cache(const torch::Tensor& memory, std::optional<torch::ScalarType> type = std::nullopt);

  /// x: [R, D] attends to what `index` tells of the cache → [R, D]
  torch::Tensor step(const torch::Tensor& x, const torch::Tensor& cache, const CacheIndex& index,
                     const torch::Tensor& residual = {});

  /// x: [B, T, D] → [B, T, D]
  torch::Tensor forward(const torch::Tensor& x, const KeysValues& memory, const torch::Tensor& bias,
                        const torch::Tensor& residual = {});

  ObservedAttention observe(const torch::Tensor& x, const KeysValues& memory, const torch::Tensor& bias);

 private:
  torch::Tensor queries(const torch::Tensor& x);

  ForwardContextPtr context_;
  AttentionSite site_;
  std::int64_t heads_;
  bool drops_;
  Linear q_;       // [D, D]
  Linear kv_;      // [2 · D, D]
  Linear output_;  // [D, D]
  Dropout dropout_;
};
TORCH_MODULE(CrossAttention);

}  // namespace dragoman
