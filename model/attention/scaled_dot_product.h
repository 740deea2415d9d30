#pragma once

#include "model/shapes.h"

#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// Which keys a query may see, beside padding.
enum class Visibility { all, causal };  // causal: query t sees keys [0, t] alone; T and S are equal

/// What attention computes on its way, for those who want to look at it.
struct ObservedAttention {
  torch::Tensor scores;   ///< [B, H, T, S]: how well keys fit queries, before positions and masking
  torch::Tensor weights;  ///< [B, H, T, S]: a distribution over the visible keys
  torch::Tensor output;   ///< [B, H, T, d]: weights · v
};

/// 0 where a key is a token and -inf where it is padding: [B, 1, 1, S] as `options` say.
/// lengths: [B] int64 on the CPU, each at least 1.
torch::Tensor padding_bias(const torch::Tensor& lengths, std::int64_t source_length,
                           const torch::TensorOptions& options);

/// softmax(scores + bias) over the keys that each query may see. scores: [B, H, T, S]; bias: broadcastable to them, or
/// undefined → [B, H, T, S]
torch::Tensor attention_weights(const torch::Tensor& scores, const torch::Tensor& bias, Visibility visibility);

/// softmax(q · kᵀ / √d + bias) · v (Vaswani et al. 2017, section 3.2.1) through LibTorch's fused operator or, where
/// that is faster, as separate products. q: [B, H, T, d]; k, v: [B, H, S, d]; bias: broadcastable to [B, H, T, S], or
/// undefined. Returns [B, H, T, d].
torch::Tensor attend(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v, const torch::Tensor& bias,
                     Visibility visibility);

/// Throws c10::Error with the sizes unless they are those of attend()'s arguments.
void check_attention_shapes(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                            Visibility visibility);

}  // namespace dragoman
