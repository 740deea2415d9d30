#pragma once

#include "model/convolutional/convolutional_decoder.h"
#include "model/convolutional/convolutional_encoder.h"
#include "model/layers/embedding.h"
#include "model/token_model.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// Convolutional sequence to sequence learning (Gehring et al. 2017): stacks of gated convolutions, causal in the
/// decoder, with attention in each decoder layer. Instead of their normalisation of weights the states are normalised
/// before each convolution and behind each stack, as pre-norm Transformers do.
class ConvolutionalModel : public TokenModel {
 public:
  /// Weights are drawn from `seed` as initialise() says; without one they are undefined until assigned.
  explicit ConvolutionalModel(const ModelConfig& config, std::optional<std::uint64_t> seed = 1);

  Memory encode(const Pass& pass, const torch::Tensor& source, const torch::Tensor& lengths) const override;
  torch::Tensor decode(const Pass& pass, const Memory& memory, const torch::Tensor& target) const override;
  std::unique_ptr<DecoderState> start(const Pass& pass, const Memory& memory) const override;
  torch::Tensor step(const Pass& pass, DecoderState& state, const torch::Tensor& previous) const override;
  void reorder(DecoderState& state, std::span<const std::int64_t> rows) const override;

 private:
  InputLayer encoder_input_;
  ConvolutionalEncoder encoder_;
  InputLayer decoder_input_;
  ConvolutionalDecoder decoder_;
};

}  // namespace dragoman
