#pragma once

#include "model/layers/embedding.h"
#include "model/model_config.h"
#include "model/token_model.h"
#include "model/transformer/decoder.h"
#include "model/transformer/encoder.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// The Transformer of Vaswani et al. 2017, "Attention Is All You Need".
class Transformer : public TokenModel {
 public:
  /// Weights are drawn from `seed`: projections uniformly after Glorot and Bengio 2010, embeddings from N(0, 1/D).
  /// Without one they are undefined until assigned.
  explicit Transformer(const ModelConfig& config, std::optional<std::uint64_t> seed = 1);

  Memory encode(const Pass& pass, const torch::Tensor& source, const torch::Tensor& lengths) const override;
  torch::Tensor decode(const Pass& pass, const Memory& memory, const torch::Tensor& target) const override;
  std::unique_ptr<DecoderState> start(const Pass& pass, const Memory& memory) const override;
  torch::Tensor step(const Pass& pass, DecoderState& state, const torch::Tensor& previous) const override;
  void reorder(DecoderState& state, std::span<const std::int64_t> rows) const override;
  bool joins() const override { return decoder_->joins(); }
  void join(DecoderState& state, const DecoderState& other) const override;

 private:
  InputLayer encoder_input_{nullptr};
  InputLayer decoder_input_{nullptr};
  Encoder encoder_{nullptr};
  Decoder decoder_{nullptr};
};

}  // namespace dragoman
