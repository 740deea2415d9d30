#include "model/recurrent/recurrent_model.h"

#include "model/layers/initialisation.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

struct State : DecoderState {
  explicit State(RecurrentDecoderState of_decoder) : decoder(std::move(of_decoder)) {}
  RecurrentDecoderState decoder;
};

}  // namespace

RecurrentModel::RecurrentModel(const ModelConfig& config, std::optional<std::uint64_t> seed)
    : TokenModel(config),
      scale_(config.embedding_scale ? std::sqrt(static_cast<double>(config.width)) : 1.0),
      source_dropout_(config.embedding_dropout.value_or(config.dropout), context_),
      target_dropout_(config.embedding_dropout.value_or(config.dropout), context_),
      encoder_(register_module("encoder", RecurrentEncoder(config, context_))),
      decoder_(register_module("decoder", RecurrentDecoder(config, context_))) {
  if (seed) initialise(*this, config.width, *seed);
}

Tensor RecurrentModel::embed(const EmbeddingTable& table, const Dropout& dropout, const Tensor& ids) const {
  return dropout(table->forward(ids) * scale_, is_training());
}

Memory RecurrentModel::encode(const Tensor& source, const Tensor& lengths) {
  check_source(source, lengths);
  return {encoder_->forward(embed(source_embedding_, source_dropout_, source), lengths), lengths};
}

Tensor RecurrentModel::decode(const Memory& memory, const Tensor& target) {
  check_target(memory, target);
  return decoder_->forward(embed(target_embedding_, target_dropout_, target), memory, bias_of(memory));
}

std::unique_ptr<DecoderState> RecurrentModel::start(const Memory& memory) {
  return std::make_unique<State>(decoder_->start(memory));
}

Tensor RecurrentModel::step(DecoderState& opaque, const Tensor& previous) {
  RecurrentDecoderState& state = dynamic_cast<State&>(opaque).decoder;
  check_previous(previous, state.index.rows());
  return decoder_->step(embed(target_embedding_, target_dropout_, previous), state);
}

void RecurrentModel::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) {
  dynamic_cast<State&>(opaque).decoder.index.reorder(rows);
}

}  // namespace dragoman
