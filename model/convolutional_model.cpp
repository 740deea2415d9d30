#include "model/convolutional_model.h"

#include "model/initialisation.h"

#include <ATen/ATen.h>

#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct State : DecoderState {
  std::vector<ConvolutionalDecoderCache> caches;
  CacheIndex memory;
  std::int64_t position = 0;  // of the token that the next step takes
};

}  // namespace

ConvolutionalModel::ConvolutionalModel(const ModelConfig& config, std::optional<std::uint64_t> seed)
    : TokenModel(config),
      encoder_input_(register_module("encoder_input", InputLayer(config, source_embedding_, context_))),
      encoder_(register_module("encoder", ConvolutionalEncoder(config, context_))),
      decoder_input_(register_module("decoder_input", InputLayer(config, target_embedding_, context_))),
      decoder_(register_module("decoder", ConvolutionalDecoder(config, context_))) {
  if (seed) initialise(*this, config.width, *seed);
}

Memory ConvolutionalModel::encode(const Tensor& source, const Tensor& lengths) {
  check_source(source, lengths);
  return {encoder_->forward(encoder_input_->forward(source), lengths), lengths};
}

Tensor ConvolutionalModel::decode(const Memory& memory, const Tensor& target) {
  check_target(memory, target);
  return decoder_->forward(decoder_input_->forward(target), memory.states, bias_of(memory));
}

std::unique_ptr<DecoderState> ConvolutionalModel::start(const Memory& memory) {
  auto state = std::make_unique<State>();
  state->caches = decoder_->start(memory.states);
  state->memory = CacheIndex::of_sentences(memory.lengths, memory.states.size(1));
  return state;
}

Tensor ConvolutionalModel::step(DecoderState& opaque, const Tensor& previous) {
  auto& state = dynamic_cast<State&>(opaque);
  check_previous(previous, state.memory.queries());
  const Tensor embedded = decoder_input_->forward(previous.unsqueeze(1), state.position++).squeeze(1);
  return decoder_->step(embedded, state.caches, state.memory);
}

void ConvolutionalModel::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) {
  auto& state = dynamic_cast<State&>(opaque);
  state.memory = state.memory.select(rows);
  const Tensor chosen = at::tensor(std::vector<std::int64_t>(rows.begin(), rows.end()), torch::kInt64);
  for (ConvolutionalDecoderCache& cache : state.caches)
    cache.recent = cache.recent.index_select(0, chosen.to(cache.recent.device()));
}

}  // namespace dragoman
