#pragma once

#include "model/forward_context.h"
#include "model/layers/embedding.h"
#include "model/model_config.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// The two ends of a model, which are alike in all architectures: tables of embeddings and output layer, tied as the
/// config says; and the checks of what comes in.
class TokenModel : public Seq2SeqModel {
 public:
  OutputLayer output_layer() const override;
  ForwardContext& context() override { return *context_; }

 protected:
  explicit TokenModel(const ModelConfig& config);

  /// Hides the memory's padding from attention, see padding_bias(): [B, 1, 1, S] in the type of queries and keys.
  torch::Tensor bias_of(const Memory& memory) const;

  /// c10::Error unless these fit encode(), decode() and, with so many rows in the search, step().
  static void check_source(const torch::Tensor& source, const torch::Tensor& lengths);
  static void check_target(const Memory& memory, const torch::Tensor& target);
  static void check_previous(const torch::Tensor& previous, std::int64_t rows);

  ForwardContextPtr context_;
  EmbeddingTable source_embedding_{nullptr};
  EmbeddingTable target_embedding_{nullptr};  // the same as the source's where all are tied

 private:
  torch::Tensor output_weight_;  // [V, D], or undefined where it is the target embedding
  torch::Tensor output_bias_;    // [V], or undefined
};

}  // namespace dragoman
