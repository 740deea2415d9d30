#include "model/convolutional/convolutional_model.h"

#include "model/layers/initialisation.h"

#include <ATen/ATen.h>

#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct StateOfConvolutional : DecoderState {
  StateOfConvolutional(const Memory& memory, std::vector<ConvolutionalDecoderCache> of_layers)
      : caches(std::move(of_layers)), index(memory.lengths, memory.states.size(1)) {}

  std::vector<ConvolutionalDecoderCache> caches;
  DecoderIndex index;
};

}  // namespace

ConvolutionalModel::ConvolutionalModel(const ModelConfig& config, std::optional<std::uint64_t> seed)
    : TokenModel(config),
      encoder_input_(register_module("encoder_input",
                                     InputLayer(config, source_embedding_, InputLayerImpl::Side::source, sites_))),
      encoder_(register_module("encoder", ConvolutionalEncoder(config, sites_))),
      decoder_input_(register_module("decoder_input",
                                     InputLayer(config, target_embedding_, InputLayerImpl::Side::target, sites_))),
      decoder_(register_module("decoder", ConvolutionalDecoder(config, sites_))) {
  if (seed) initialise(*this, config, *seed);
}

Memory ConvolutionalModel::encode(const Pass& pass, const Tensor& source, const Tensor& lengths) const {
  check_source(source, lengths);
  return {encoder_->forward(pass, encoder_input_->forward(pass, source), lengths), lengths};
}

Tensor ConvolutionalModel::decode(const Pass& pass, const Memory& memory, const Tensor& target) const {
  check_target(memory, target);
  return leaving(decoder_->forward(pass, decoder_input_->forward(pass, target), memory.states, bias_of(pass, memory)));
}

std::unique_ptr<DecoderState> ConvolutionalModel::start(const Pass& pass, const Memory& memory) const {
  return std::make_unique<StateOfConvolutional>(memory, decoder_->start(pass, memory.states, cache_type(memory)));
}

Tensor ConvolutionalModel::step(const Pass& pass, DecoderState& opaque, const Tensor& previous) const {
  auto& [caches, index] = dynamic_cast<StateOfConvolutional&>(opaque);
  check_previous(previous, index.rows());
  index.advance();
  const Tensor embedded = decoder_input_->forward(pass, previous.unsqueeze(1), index.position()).squeeze(1);
  return leaving(decoder_->step(pass, embedded, caches, index));
}

void ConvolutionalModel::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) const {
  dynamic_cast<StateOfConvolutional&>(opaque).index.reorder(rows);
}

}  // namespace dragoman
