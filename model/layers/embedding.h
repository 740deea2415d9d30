#pragma once

#include "model/attention/positions/position_scheme.h"
#include "model/layers/dropout.h"
#include "model/layers/layer_norm.h"
#include "model/layers/quantised_matrix.h"
#include "model/model_config.h"
#include "model/pass.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace dragoman {

/// A table of vectors for ids; shared by the sides whose embeddings are tied.
class EmbeddingTableImpl : public torch::nn::Module {
 public:
  EmbeddingTableImpl(std::int64_t vocabulary, std::int64_t width);

  /// ids: [...] int64 → [..., D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& ids) const;

  /// For inference with the vectors in int8: `weight` keeps its shape alone.
  void keep_only(QuantisedMatrix quantised);

  torch::Tensor weight;                      ///< [V, D]
  std::optional<QuantisedMatrix> quantised;  ///< what there is instead of `weight` after keep_only()
};
TORCH_MODULE(EmbeddingTable);

/// Ids to the vectors that enter a stack: embedding, scaled, plus position, normed where the config says so, then
/// dropout. The table of vectors belongs to the model, which decides what is tied; learned positions are this module's
/// own.
class InputLayerImpl : public torch::nn::Module {
 public:
  /// What it is that enters: targets begin with the start token.
  enum class Side { source, target };

  InputLayerImpl(const ModelConfig& config, EmbeddingTable table, Side side, RandomSites& sites);

  /// ids: [B, T] int64, standing at positions [first, first + T) → [B, T, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& ids, std::int64_t first = 0) const;

  /// One id a row, each at a position of its own. ids: [R] int64; positions: [R] int64 on the CPU → [R, D]
  torch::Tensor step(const Pass& pass, const torch::Tensor& ids, const torch::Tensor& positions) const;

 private:
  torch::Tensor embedded(const Pass& pass, const torch::Tensor& ids, std::int64_t first) const;
  torch::Tensor entering(const Pass& pass, const torch::Tensor& vectors, const torch::Tensor& at_position) const;

  double scale_;
  bool zero_start_;
  EmbeddingTable table_;
  std::unique_ptr<PositionScheme> positions_;  // null where attention looks after positions
  LayerNorm norm_{nullptr};                    // empty where there is none
  Dropout dropout_;
};
TORCH_MODULE(InputLayer);

}  // namespace dragoman
