#include "model/transformer/language_model.h"

#include "model/layers/initialisation.h"
#include "model/layers/sublayer.h"

#include <ATen/ATen.h>

#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

struct LanguageModelState : DecoderState {
  LanguageModelState(const Memory& memory, std::vector<std::unique_ptr<SelfAttentionState>> of_layers)
      : states(std::move(of_layers)), index(memory.lengths, memory.states.size(1)) {}

  std::vector<std::unique_ptr<SelfAttentionState>> states;
  DecoderIndex index;
};

}  // namespace

LanguageModelLayerImpl::LanguageModelLayerImpl(const ModelConfig& config, RandomSites& sites, int number)
    : pre_norm_(config.norm == Norm::pre),
      self_attention_(register_module("self_attention",
                                      make_self_attention(config, sites, {AttentionSite::Kind::decoder_self, number}))),
      self_attention_norm_(register_module("self_attention_norm", LayerNorm(config))),
      self_attention_dropout_(config.dropout, sites),
      feed_forward_(register_module("feed_forward", FeedForward(config, sites))),
      feed_forward_norm_(register_module("feed_forward_norm", LayerNorm(config))),
      feed_forward_dropout_(config.dropout, sites) {}

Tensor LanguageModelLayerImpl::forward(const Pass& pass, const Tensor& x) const {
  return feed(pass, run_sublayer(pass, x, self_attention_norm_, pre_norm_, self_attention_dropout_, is_training(),
                                 self_attention_->input_type(pass), [&](const Tensor& input, const Tensor& residual) {
                                   return self_attention_->forward(pass, input, Tensor(), Visibility::causal, residual);
                                 }));
}

Tensor LanguageModelLayerImpl::step(const Pass& pass, const Tensor& x, SelfAttentionState& state,
                                    const DecoderIndex& index) const {
  return feed(pass, run_sublayer(pass, x, self_attention_norm_, pre_norm_, self_attention_dropout_, is_training(), {},
                                 [&](const Tensor& input, const Tensor& residual) {
                                   return self_attention_->step(pass, input, state, index, residual);
                                 }));
}

Tensor LanguageModelLayerImpl::feed(const Pass& pass, const Tensor& x) const {
  return run_sublayer(
      pass, x, feed_forward_norm_, pre_norm_, feed_forward_dropout_, is_training(), feed_forward_->input_type(pass),
      [&](const Tensor& input, const Tensor& residual) { return feed_forward_->forward(pass, input, residual); });
}

LanguageModelStackImpl::LanguageModelStackImpl(const ModelConfig& config, RandomSites& sites)
    : layers_(register_layers<LanguageModelLayer>(*this, config.decoder_layers, config, sites)),
      layer_dropout_(config.layer_dropout, sites) {
  if (config.shared_position_biases) {
    for (LanguageModelLayer& layer : layers_) layer->share_positions(*layers_.front());
  }
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

Tensor LanguageModelStackImpl::forward(const Pass& pass, Tensor x) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (!layer_dropout_.drops(pass, static_cast<int>(i), is_training())) x = layers_[i]->forward(pass, x);
  }
  return final_norm_ ? final_norm_->forward(x) : x;
}

std::vector<std::unique_ptr<SelfAttentionState>> LanguageModelStackImpl::start(
    std::optional<c10::ScalarType> cache_type) const {
  std::vector<std::unique_ptr<SelfAttentionState>> states;
  for (const LanguageModelLayer& layer : layers_) states.push_back(layer->start(cache_type));
  return states;
}

Tensor LanguageModelStackImpl::step(const Pass& pass, Tensor x,
                                    std::span<const std::unique_ptr<SelfAttentionState>> states,
                                    const DecoderIndex& index) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) x = layers_[i]->step(pass, x, *states[i], index);
  return final_norm_ ? final_norm_->forward(x) : x;
}

LanguageModel::LanguageModel(const ModelConfig& config, std::optional<std::uint64_t> seed) : TokenModel(config) {
  input_ =
      register_module("decoder_input", InputLayer(config, target_embedding_, InputLayerImpl::Side::target, sites_));
  stack_ = register_module("decoder", LanguageModelStack(config, sites_));
  if (seed) initialise(*this, config, *seed);
}

// One position a sentence, of which nobody takes notice.
Memory LanguageModel::encode(const Pass&, const Tensor& source, const Tensor& lengths) const {
  check_source(source, lengths);
  return {at::zeros({source.size(0), 1, 1}, target_embedding_->weight.options()), at::ones_like(lengths)};
}

Tensor LanguageModel::decode(const Pass& pass, const Memory& memory, const Tensor& target) const {
  check_target(memory, target);
  return leaving(stack_->forward(pass, input_->forward(pass, target)));
}

std::unique_ptr<DecoderState> LanguageModel::start(const Pass&, const Memory& memory) const {
  return std::make_unique<LanguageModelState>(memory, stack_->start(cache_type(memory)));
}

Tensor LanguageModel::step(const Pass& pass, DecoderState& opaque, const Tensor& previous) const {
  auto& [states, index] = dynamic_cast<LanguageModelState&>(opaque);
  check_previous(previous, index.rows());
  index.advance();
  return leaving(stack_->step(pass, input_->step(pass, previous, index.positions()), states, index));
}

void LanguageModel::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) const {
  dynamic_cast<LanguageModelState&>(opaque).index.reorder(rows);
}

}  // namespace dragoman
