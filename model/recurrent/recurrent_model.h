#pragma once

#include "model/recurrent/recurrent_decoder.h"
#include "model/recurrent/recurrent_encoder.h"
#include "model/token_model.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// A bidirectional recurrent encoder and a recurrent decoder with attention (Bahdanau et al. 2015, Luong et al. 2015).
/// Tokens enter without a code of their position.
class RecurrentModel : public TokenModel {
 public:
  /// Weights are drawn from `seed` as initialise() says; without one they are undefined until assigned.
  explicit RecurrentModel(const ModelConfig& config, std::optional<std::uint64_t> seed = 1);

  Memory encode(const Pass& pass, const torch::Tensor& source, const torch::Tensor& lengths) const override;
  torch::Tensor decode(const Pass& pass, const Memory& memory, const torch::Tensor& target) const override;
  std::unique_ptr<DecoderState> start(const Pass& pass, const Memory& memory) const override;
  torch::Tensor step(const Pass& pass, DecoderState& state, const torch::Tensor& previous) const override;
  void reorder(DecoderState& state, std::span<const std::int64_t> rows) const override;

 private:
  torch::Tensor embed(const Pass& pass, const EmbeddingTable& table, const Dropout& dropout,
                      const torch::Tensor& ids) const;

  double scale_;
  Dropout source_dropout_;
  Dropout target_dropout_;
  RecurrentEncoder encoder_;
  RecurrentDecoder decoder_;
};

}  // namespace dragoman
