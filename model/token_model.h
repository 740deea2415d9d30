#pragma once

#include "model/layers/embedding.h"
#include "model/model_config.h"
#include "model/random_sites.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

/// The two ends of a model, which are alike in all architectures: tables of embeddings and output layer, tied as the
/// config says; and the checks of what comes in.
class TokenModel : public Seq2SeqModel {
 public:
  OutputLayer output_layer() const override;

 protected:
  explicit TokenModel(const ModelConfig& config);

  /// States of the last layer as they go into the output layer.
  torch::Tensor leaving(const torch::Tensor& states) const;

  /// Hides the memory's padding from attention, see padding_bias(): [B, 1, 1, S] in the type of queries and keys.
  torch::Tensor bias_of(const Pass& pass, const Memory& memory) const;

  /// The type in which a search keeps keys and values, if not in their own. Attention over the cache takes as long as
  /// reading it: where the weights are rounded more coarsely than to bf16's 8 bits, its keys and values may be, too.
  std::optional<c10::ScalarType> cache_type(const Memory& memory) const;

  /// c10::Error unless these fit encode(), decode() and, with so many rows in the search, step().
  static void check_source(const torch::Tensor& source, const torch::Tensor& lengths);
  static void check_target(const Memory& memory, const torch::Tensor& target);
  static void check_previous(const torch::Tensor& previous, std::int64_t rows);

  RandomSites sites_;
  EmbeddingTable source_embedding_{nullptr};
  EmbeddingTable target_embedding_{nullptr};  // the same as the source's where all are tied

 private:
  double state_scale_;
  torch::Tensor output_weight_;  // [V, D], or undefined where it is the target embedding
  torch::Tensor output_bias_;    // [V], or undefined
};

}  // namespace dragoman
