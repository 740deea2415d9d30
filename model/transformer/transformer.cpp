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
  encoder_input_ =
      register_module("encoder_input", InputLayer(config, source_embedding_, InputLayerImpl::Side::source, sites_));
  encoder_ = register_module("encoder", Encoder(config, sites_));
  decoder_input_ =
      register_module("decoder_input", InputLayer(config, target_embedding_, InputLayerImpl::Side::target, sites_));
  decoder_ = register_module("decoder", Decoder(config, sites_));
  if (seed) initialise(*this, config, *seed);
}

Memory Transformer::encode(const Pass& pass, const Tensor& source, const Tensor& lengths) const {
  check_source(source, lengths);
  const Tensor embedded = encoder_input_->forward(pass, source);
  return {encoder_->forward(pass, embedded, bias_of(pass, {embedded, lengths})), lengths};
}

Tensor Transformer::decode(const Pass& pass, const Memory& memory, const Tensor& target) const {
  check_target(memory, target);
  const Tensor bias = bias_of(pass, memory);
  return leaving(decoder_->forward(pass, decoder_input_->forward(pass, target), memory.states, bias));
}

std::unique_ptr<DecoderState> Transformer::start(const Pass& pass, const Memory& memory) const {
  return std::make_unique<TransformerState>(memory, decoder_->start(pass, memory.states, cache_type(memory)));
}

Tensor Transformer::step(const Pass& pass, DecoderState& opaque, const Tensor& previous) const {
  auto& [caches, index] = dynamic_cast<TransformerState&>(opaque);
  check_previous(previous, index.rows());
  index.advance();
  return leaving(decoder_->step(pass, decoder_input_->step(pass, previous, index.positions()), caches, index));
}

void Transformer::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) const {
  dynamic_cast<TransformerState&>(opaque).index.reorder(rows);
}

void Transformer::join(DecoderState& opaque, const DecoderState& other_opaque) const {
  if (!joins()) return Seq2SeqModel::join(opaque, other_opaque);
  auto& [caches, index] = dynamic_cast<TransformerState&>(opaque);
  const auto& [others, other_index] = dynamic_cast<const TransformerState&>(other_opaque);
  if (const auto kept = index.compact()) {
    for (DecoderLayerCache& cache : caches) cache.keep(*kept);
  }
  for (std::size_t i = 0; i < caches.size(); ++i) caches[i].join(others[i]);
  index.join(other_index);
}

}  // namespace dragoman
