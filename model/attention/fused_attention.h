#pragma once

#include "kernels/dropout_bits.h"
#include "model/attention/scaled_dot_product.h"
#include "model/shapes.h"

#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

/// By what queries and keys are turned: pairs of numbers (i, i + d/2) of the row at position t by an angle whose cosine
/// and sine these are, each [T, d/2] float32.
struct Rotation {
  torch::Tensor cosines;
  torch::Tensor sines;
};

/// Projections as they come out of matrix products: a row holds one part after the other, each head by head.
struct PackedHeads {
  torch::Tensor q;  ///< [B, T, H · d]; with kv undefined [B, T, (H + 2 · G) · d]: keys and values lie behind queries
  torch::Tensor kv;  ///< [B, S, 2 · G · d]
};

struct FusedAttentionOptions {
  std::int64_t heads = 1, key_value_heads = 1;  ///< H, G
  Visibility visibility = Visibility::all;
  torch::Tensor bias;                ///< [B, 1, 1, S], 0 or -inf; or undefined
  std::optional<Rotation> rotation;  ///< of positions [0, max(T, S))
  double dropout = 0;                ///< of weights
  DropoutKey key{};                  ///< its random numbers, in [B, H, T, S]
  std::optional<double> scale = {};  ///< of dot products; 1 / √d unless given
};

/// Whether fused_attention() computes it: float32 or bfloat16 on a CPU, with a bias of keys alone.
bool can_fuse_attention(const PackedHeads& heads, const torch::Tensor& bias);

/// dropout(softmax(scale · q · kᵀ + bias)) · v (Vaswani et al. 2017, section 3.2.1) for training: no weights are kept
/// for the backward pass, where they are computed anew, and gradients come packed as the projections are. A sentence's
/// result does not depend on what else is in the batch. Returns [B, T, H · d].
torch::Tensor fused_attention(const PackedHeads& heads, const FusedAttentionOptions& options);

}  // namespace dragoman
