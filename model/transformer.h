#pragma once

#include "model/decoder.h"
#include "model/embedding.h"
#include "model/encoder.h"
#include "model/forward_context.h"
#include "model/model_config.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// The Transformer of Vaswani et al. 2017, "Attention Is All You Need".
class Transformer : public Seq2SeqModel {
 public:
  /// Weights are drawn from `seed`: projections uniformly after Glorot and Bengio 2010, embeddings from N(0, 1/D).
  /// Without one they are undefined until assigned.
  explicit Transformer(const ModelConfig& config, std::optional<std::uint64_t> seed = 1);

  Memory encode(const torch::Tensor& source, const torch::Tensor& lengths) override;
  torch::Tensor decode(const Memory& memory, const torch::Tensor& target) override;
  std::unique_ptr<DecoderState> start(const Memory& memory) override;
  torch::Tensor step(DecoderState& state, const torch::Tensor& previous) override;
  void reorder(DecoderState& state, std::span<const std::int64_t> rows) override;
  OutputLayer output_layer() const override;
  ForwardContext& context() override { return *context_; }

 private:
  torch::Tensor bias_of(const Memory& memory) const;

  ForwardContextPtr context_;
  EmbeddingTable source_embedding_{nullptr};
  EmbeddingTable target_embedding_{nullptr};
  InputLayer encoder_input_{nullptr};
  InputLayer decoder_input_{nullptr};
  Encoder encoder_{nullptr};
  Decoder decoder_{nullptr};
  torch::Tensor output_weight_;  // [V, D], or undefined where it is the target embedding
  torch::Tensor output_bias_;    // [V], or undefined
};

/// The model that `config.architecture` names, with weights drawn from `seed`; without one they are undefined until
/// assigned.
std::shared_ptr<Seq2SeqModel> create_model(const ModelConfig& config, std::optional<std::uint64_t> seed);

}  // namespace dragoman
