#include "model/transformer/transformer.h"

#include "model/layers/initialisation.h"

#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct TransformerState : DecoderState {
  TransformerState(const Memory& memory, std::vector<DecoderLayerCache> of_layers)
      : caches(std::move(of_layers)), index(memory.lengths, memory.states.size(1)) {}

  std::vector<DecoderLayerCache> caches;
  DecoderIndex index;
};

}  // namespace

Transformer::Transformer(const ModelConfig& config, std::optional<std::uint64_t> seed) : TokenModel(config) {
  encoder_input_ = register_module("encoder_input", InputLayer(config, source_embedding_, context_));
  encoder_ = register_module("encoder", Encoder(config, context_));
  decoder_input_ = register_module("decoder_input", InputLayer(config, target_embedding_, context_));
  decoder_ = register_module("decoder", Decoder(config, context_));
  if (seed) initialise(*this, config.width, *seed);
}

Memory Transformer::encode(const Tensor& source, const Tensor& lengths) {
  check_source(source, lengths);
  const Tensor embedded = encoder_input_->forward(source);
  return {encoder_->forward(embedded, bias_of({embedded, lengths})), lengths};
}

Tensor Transformer::decode(const Memory& memory, const Tensor& target) {
  check_target(memory, target);
  const Tensor bias = bias_of(memory);
  return decoder_->forward(decoder_input_->forward(target), memory.states, bias);
}

std::unique_ptr<DecoderState> Transformer::start(const Memory& memory) {
  return std::make_unique<TransformerState>(memory, decoder_->start(memory.states));
}

Tensor Transformer::step(DecoderState& opaque, const Tensor& previous) {
  auto& [caches, index] = dynamic_cast<TransformerState&>(opaque);
  check_previous(previous, index.rows());
  index.advance();
  const Tensor embedded = decoder_input_->forward(previous.unsqueeze(1), index.position()).squeeze(1);
  return decoder_->step(embedded, caches, index);
}

void Transformer::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) {
  dynamic_cast<TransformerState&>(opaque).index.reorder(rows);
}

}  // namespace dragoman
