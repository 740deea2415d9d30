#include "model/transformer.h"

#include "model/initialisation.h"

#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct TransformerState : DecoderState {
  std::vector<DecoderLayerCache> caches;
  DecoderIndex index;
  std::int64_t position = 0;  // of the token that the next step takes
  std::int32_t tokens = 0;    // taken by all rows in all steps
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
  auto state = std::make_unique<TransformerState>();
  state->caches = decoder_->start(memory.states);
  state->index.memory = CacheIndex::of_sentences(memory.lengths, memory.states.size(1));
  state->index.self.lengths.assign(static_cast<std::size_t>(memory.states.size(0)), 0);
  return state;
}

Tensor Transformer::step(DecoderState& opaque, const Tensor& previous) {
  auto& state = dynamic_cast<TransformerState&>(opaque);
  const std::int64_t rows = state.index.self.queries();
  check_previous(previous, rows);
  const Tensor embedded = decoder_input_->forward(previous.unsqueeze(1), state.position++).squeeze(1);
  state.index.self.extend(state.tokens);
  state.tokens += static_cast<std::int32_t>(rows);
  return decoder_->step(embedded, state.caches, state.index);
}

void Transformer::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) {
  auto& index = dynamic_cast<TransformerState&>(opaque).index;
  index.self = index.self.select(rows);
  index.memory = index.memory.select(rows);
}

}  // namespace dragoman
