#include "model/convolutional/convolutional_model.h"

#include "model/layers/initialisation.h"

#include <ATen/ATen.h>

#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct State : DecoderState {
  State(const Memory& memory, std::vector<ConvolutionalDecoderCache> of_layers)
      : caches(std::move(of_layers)), index(memory.lengths, memory.states.size(1)) {}

  std::vector<ConvolutionalDecoderCache> caches;
  DecoderIndex index;
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
  return std::make_unique<State>(memory, decoder_->start(memory.states));
}

Tensor ConvolutionalModel::step(DecoderState& opaque, const Tensor& previous) {
  auto& [caches, index] = dynamic_cast<State&>(opaque);
  check_previous(previous, index.rows());
  index.advance();
  const Tensor embedded = decoder_input_->forward(previous.unsqueeze(1), index.position()).squeeze(1);
  return decoder_->step(embedded, caches, index);
}

void ConvolutionalModel::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) {
  dynamic_cast<State&>(opaque).index.reorder(rows);
}

}  // namespace dragoman
