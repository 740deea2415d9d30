#include "model/transformer/language_model.h"

#include "model/layers/initialisation.h"

#include <ATen/ATen.h>

#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct LanguageModelState : DecoderState {
  LanguageModelState(const Memory& memory, std::vector<DecoderLayerCache> of_layers)
      : caches(std::move(of_layers)), index(memory.lengths, memory.states.size(1)) {}

  std::vector<DecoderLayerCache> caches;
  DecoderIndex index;
};

}  // namespace

LanguageModel::LanguageModel(const ModelConfig& config, std::optional<std::uint64_t> seed) : TokenModel(config) {
  input_ =
      register_module("decoder_input", InputLayer(config, target_embedding_, InputLayerImpl::Side::target, sites_));
  decoder_ = register_module("decoder", Decoder(config, sites_));
  if (seed) initialise(*this, config, *seed);
}

// One position a sentence, of which nobody takes notice.
Memory LanguageModel::encode(const Pass&, const Tensor& source, const Tensor& lengths) const {
  check_source(source, lengths);
  return {at::zeros({source.size(0), 1, 1}, target_embedding_->weight.options()), at::ones_like(lengths)};
}

Tensor LanguageModel::decode(const Pass& pass, const Memory& memory, const Tensor& target) const {
  check_target(memory, target);
  return leaving(decoder_->forward(pass, input_->forward(pass, target), Tensor(), Tensor()));
}

std::unique_ptr<DecoderState> LanguageModel::start(const Pass& pass, const Memory& memory) const {
  return std::make_unique<LanguageModelState>(memory, decoder_->start(pass, memory.states, cache_type(memory)));
}

Tensor LanguageModel::step(const Pass& pass, DecoderState& opaque, const Tensor& previous) const {
  auto& [caches, index] = dynamic_cast<LanguageModelState&>(opaque);
  check_previous(previous, index.rows());
  index.advance();
  return leaving(decoder_->step(pass, input_->step(pass, previous, index.positions()), caches, index));
}

void LanguageModel::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) const {
  dynamic_cast<LanguageModelState&>(opaque).index.reorder(rows);
}

}  // namespace dragoman
