#include "model/recurrent/recurrent_model.h"

#include "model/layers/initialisation.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

struct StateOfRecurrent : DecoderState {
  explicit StateOfRecurrent(RecurrentDecoderState of_decoder) : decoder(std::move(of_decoder)) {}
  RecurrentDecoderState decoder;
};

}  // namespace

RecurrentModel::RecurrentModel(const ModelConfig& config, std::optional<std::uint64_t> seed)
    : TokenModel(config),
      scale_(config.embedding_scale ? std::sqrt(static_cast<double>(config.width)) : 1.0),
      source_dropout_(config.embedding_dropout.value_or(config.dropout), sites_),
      target_dropout_(config.embedding_dropout.value_or(config.dropout), sites_),
      encoder_(register_module("encoder", RecurrentEncoder(config, sites_))),
      decoder_(register_module("decoder", RecurrentDecoder(config, sites_))) {
  if (seed) initialise(*this, config, *seed);
}

Tensor RecurrentModel::embed(const Pass& pass, const EmbeddingTable& table, const Dropout& dropout,
                             const Tensor& ids) const {
  return dropout(pass, table->forward(pass, ids) * scale_, is_training());
}

Memory RecurrentModel::encode(const Pass& pass, const Tensor& source, const Tensor& lengths) const {
  check_source(source, lengths);
  return {encoder_->forward(pass, embed(pass, source_embedding_, source_dropout_, source), lengths), lengths};
}

Tensor RecurrentModel::decode(const Pass& pass, const Memory& memory, const Tensor& target) const {
  check_target(memory, target);
  return leaving(
      decoder_->forward(pass, embed(pass, target_embedding_, target_dropout_, target), memory, bias_of(pass, memory)));
}

std::unique_ptr<DecoderState> RecurrentModel::start(const Pass& pass, const Memory& memory) const {
  return std::make_unique<StateOfRecurrent>(decoder_->start(pass, memory, cache_type(memory)));
}

Tensor RecurrentModel::step(const Pass& pass, DecoderState& opaque, const Tensor& previous) const {
  RecurrentDecoderState& state = dynamic_cast<StateOfRecurrent&>(opaque).decoder;
  check_previous(previous, state.index.rows());
  return leaving(decoder_->step(pass, embed(pass, target_embedding_, target_dropout_, previous), state));
}

void RecurrentModel::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) const {
  dynamic_cast<StateOfRecurrent&>(opaque).decoder.index.reorder(rows);
}

}  // namespace dragoman
