#pragma once

#include "model/layers/embedding.h"
#include "model/model_config.h"
#include "model/token_model.h"
#include "model/transformer/decoder.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// How probable a text is, whatever it translates: the Transformer's decoder alone (Liu et al. 2018, "Generating
/// Wikipedia by Summarizing Long Sequences", section 4.2.3). What it is given as a source is not looked at.
class LanguageModel : public TokenModel {
 public:
  /// seed: as Transformer's
  explicit LanguageModel(const ModelConfig& config, std::optional<std::uint64_t> seed = 1);

  Memory encode(const Pass& pass, const torch::Tensor& source, const torch::Tensor& lengths) const override;
  torch::Tensor decode(const Pass& pass, const Memory& memory, const torch::Tensor& target) const override;
  std::unique_ptr<DecoderState> start(const Pass& pass, const Memory& memory) const override;
  torch::Tensor step(const Pass& pass, DecoderState& state, const torch::Tensor& previous) const override;
  void reorder(DecoderState& state, std::span<const std::int64_t> rows) const override;

 private:
  InputLayer input_{nullptr};
  Decoder decoder_{nullptr};
};

}  // namespace dragoman
