#pragma once

#include "model/attention/fused_attention.h"
#include "model/attention/scaled_dot_product.h"
#include "model/form_registry.h"
#include "model/shapes.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

struct ModelConfig;

/// How a model learns of the order of tokens. A scheme acts where embeddings enter a stack, or in each self-attention
/// of it, and one object of it is made for each of these places. Its weights are registered in the module that owns
/// it.
class PositionScheme {
 public:
  virtual ~PositionScheme() = default;

  /// What is added to embeddings that stand at positions [first, first + count): [count, D] as `like`; undefined for
  /// nothing.
  virtual torch::Tensor embedding(std::int64_t /*first*/, std::int64_t /*count*/, const torch::Tensor& /*like*/) const {
    return {};
  }

  /// The same for one embedding a row, each at a position of its own. positions: [R] int64 on the CPU → [R, D]
  virtual torch::Tensor embedding_of_rows(const torch::Tensor& /*positions*/, const torch::Tensor& /*like*/) const {
    return {};
  }

  /// Queries or keys [B, H, T, d] that stand at positions [first, first + T), as they go into the score.
  virtual torch::Tensor rotate(const torch::Tensor& x, std::int64_t /*first*/) const { return x; }

  /// The same in place, of one a row, each at a position of its own. x: [R, H, d]; positions: [R] int64 on the CPU
  virtual void rotate_rows(const torch::Tensor& /*x*/, const torch::Tensor& /*positions*/) const {}

  /// What rotate() turns positions [0, count) by, for kernels that do it as they go; nothing if it changes nothing.
  virtual std::optional<Rotation> rotation(std::int64_t /*count*/) const { return {}; }

  /// What is added to the scores of queries [B, H, T, d] at positions [first, first + T) with keys at [0, S):
  /// broadcastable to [B, H, T, S]; undefined for nothing.
  virtual torch::Tensor bias(const torch::Tensor& /*q*/, std::int64_t /*first*/, std::int64_t /*keys*/) const {
    return {};
  }

  /// What is added to the weighted sum of values, for weights [B, H, T, S] of such queries and keys: [B, H, T, d];
  /// undefined for nothing.
  virtual torch::Tensor of_values(const torch::Tensor& /*weights*/, std::int64_t /*first*/) const { return {}; }

  /// Whether bias() and of_values() always give nothing.
  virtual bool leaves_scores() const { return true; }

  /// Whether bias() is all that there is, and follows from the distance of query and key.
  virtual bool adds_to_scores_alone() const { return false; }
};

/// Where a scheme is to act: on the embeddings of a stack, or in an attention that sees keys as `visibility` says.
struct PositionPlace {
  bool in_attention;
  Visibility visibility;
  int layer = 0;  ///< of its stack
};

/// Returns nothing where the scheme has nothing to do in that place, or where another layer's is to be used.
using MakePositionScheme = std::unique_ptr<PositionScheme>(torch::nn::Module& owner, const ModelConfig& config,
                                                           const PositionPlace& place);
struct PositionForm : Form<MakePositionScheme> {
  bool in_attention;  ///< where it acts, if anywhere; else on embeddings
};

std::span<const PositionForm> position_forms();

/// Distances key - query of queries at [first, first + count) and keys at [0, keys): [count, keys] int64
torch::Tensor key_distances(std::int64_t first, std::int64_t count, std::int64_t keys, torch::Device device);

}  // namespace dragoman
