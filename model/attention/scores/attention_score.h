#pragma once

#include "model/form_registry.h"
#include "model/shapes.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// How well a key fits a query, before the softmax. Its weights, if it has any, are registered in the attention that
/// owns it, by names that begin with "score".
class AttentionScore {
 public:
  virtual ~AttentionScore() = default;

  /// q: [B, H, T, d]; k: [B, H, S, d] → [B, H, T, S]
  virtual torch::Tensor scores(const torch::Tensor& q, const torch::Tensor& k) const = 0;

  /// Whether scaled_dot_queries() may be called.
  virtual bool is_dot_product() const { return true; }

  /// What scores() multiplies the dot products of queries and keys of width d with, where it does nothing else.
  virtual std::optional<double> factor(std::int64_t /*width*/) const { return {}; }

  /// Queries [B, H, T, d] whose dot product with a key, divided by √d, is this score: what fused kernels want.
  virtual torch::Tensor scaled_dot_queries(const torch::Tensor& q) const = 0;
};

/// owner: the attention; heads: H; width: d
using MakeAttentionScore = std::unique_ptr<AttentionScore>(torch::nn::Module& owner, std::int64_t heads,
                                                           std::int64_t width);
using AttentionScoreForm = Form<MakeAttentionScore>;

std::span<const AttentionScoreForm> attention_scores();

}  // namespace dragoman
