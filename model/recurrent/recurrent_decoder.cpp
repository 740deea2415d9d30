#include "model/recurrent/recurrent_decoder.h"

#include "model/layers/sublayer.h"

#include <ATen/ATen.h>

#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

/// The mean of each sentence's states, padding left out: [B, D].
Tensor mean_of(const Memory& memory) {
  const Tensor& states = memory.states;
  const Tensor is_token = at::arange(states.size(1), memory.lengths.options()) < memory.lengths.unsqueeze(1);
  const Tensor shares = is_token.to(torch::kFloat64) / memory.lengths.unsqueeze(1);  // [B, S]
  return at::bmm(shares.to(states.options()).unsqueeze(1), states).squeeze(1);
}

}  // namespace

RecurrentDecoderLayerImpl::RecurrentDecoderLayerImpl(const ModelConfig& config, RandomSites& sites)
    : recurrence(register_module("recurrence", Recurrence(config.recurrent_cell, config.width, config.width))),
      pre_norm_(config.norm == Norm::pre),
      norm_(register_module("norm", LayerNorm(config))),
      dropout_(config.dropout, sites) {}

Tensor RecurrentDecoderLayerImpl::forward(const Pass& pass, const Tensor& x, const RecurrentState& state) const {
  const Tensor sum = dropout_.add(pass, x, recurrence->run(pass, enter(pass, x), state), is_training());
  return pre_norm_ ? sum : norm_->forward(sum);
}

Tensor RecurrentDecoderLayerImpl::leave(const Tensor& x, const Tensor& output, const Tensor& kept) const {
  const Tensor sum = kept.defined() ? at::addcmul(x, output, kept) : x + output;
  return pre_norm_ ? sum : norm_->forward(sum);
}

Tensor RecurrentDecoderLayerImpl::kept(const Pass& pass, const Tensor& x) const {
  return is_training() ? dropout_(pass, at::ones(x.sizes(), x.options().requires_grad(false)), true) : Tensor();
}

void RecurrentDecoderState::take_rows() {
  const auto take = [&](Tensor& tensor) {
    if (tensor.defined()) tensor = index.continued(tensor);
  };
  take(attended);
  for (RecurrentState& layer : layers) {
    take(layer.hidden);
    take(layer.cell);
  }
}

RecurrentDecoderImpl::RecurrentDecoderImpl(const ModelConfig& config, RandomSites& sites)
    : layers_(register_layers<RecurrentDecoderLayer>(*this, config.decoder_layers, config, sites)),
      initial_(register_module("initial", Linear(config.width, config.decoder_layers * config.width, true))),
      attention_(
          register_module("attention", CrossAttention(config, sites, AttentionSite{AttentionSite::Kind::cross, 0}))),
      combine_(register_module("combine", Linear(config.width, config.width, false))),
      dropout_(config.dropout, sites) {
  if (config.input_feeding) {
    const std::int64_t gates = layers_.front()->recurrence->gates();
    feed_ = register_module("feed", Linear(config.width, gates * config.width, false));
  }
  if (config.final_norm) final_norm_ = register_module("final_norm", LayerNorm(config));
}

std::vector<RecurrentState> RecurrentDecoderImpl::begin(const Pass& pass, const Memory& memory) const {
  const Tensor hidden = at::tanh(initial_->forward(pass, mean_of(memory)).to(memory.states.scalar_type()));
  std::vector<RecurrentState> states;
  for (const Tensor& of_layer : hidden.chunk(static_cast<std::int64_t>(layers_.size()), 1))
    states.push_back(layers_[states.size()]->recurrence->beginning_with(of_layer));
  return states;
}

Tensor RecurrentDecoderImpl::finish(const Pass& pass, const Tensor& attended) const {
  const Tensor result = dropout_(pass, attended, is_training());
  return final_norm_ ? final_norm_->forward(result) : result;
}

Tensor RecurrentDecoderImpl::forward(const Pass& pass, const Tensor& x, const Memory& memory,
                                     const Tensor& bias) const {
  const Tensor keys_values = attention_->project(pass, memory.states);
  std::vector<RecurrentState> states = begin(pass, memory);
  if (feed_) return finish(pass, forward_fed(pass, x, keys_values, bias, std::move(states)));
  Tensor output = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) output = layers_[i]->forward(pass, output, states[i]);
  const Tensor attended = attention_->forward(pass, output, keys_values, bias, combine_->forward(pass, output));
  return finish(pass, at::tanh(attended.to(x.scalar_type())));
}

// What the output at one position attends to. drawn: the log-probability of what attention draws there is added
Tensor RecurrentDecoderImpl::attend_at(const Pass& pass, std::int64_t position, const Tensor& output,
                                       const Tensor& keys_values, const Tensor& bias, Tensor& reached,
                                       std::vector<Tensor>& drawn) const {
  Tensor log_probability;
  const Pass here = pass.at(position, &log_probability);
  const Tensor h = output.unsqueeze(1);
  const Tensor sum = attention_->forward(here, h, keys_values, bias, combine_->forward(here, h), &reached).squeeze(1);
  if (log_probability.defined()) drawn.push_back(std::move(log_probability));
  return at::tanh(sum.to(output.scalar_type()));
}

Tensor RecurrentDecoderImpl::forward_fed(const Pass& pass, const Tensor& x, const Tensor& keys_values,
                                         const Tensor& bias, std::vector<RecurrentState> states) const {
  const std::vector<Tensor> inputs = x.unbind(1), entered = layers_.front()->enter(pass, x).unbind(1);
  std::vector<std::vector<Tensor>> kept(inputs.size());  // by position, then by layer
  for (const RecurrentDecoderLayer& layer : layers_) {
    const Tensor of_layer = layer->kept(pass, x);
    for (std::size_t t = 0; t < inputs.size(); ++t)
      kept[t].push_back(of_layer.defined() ? of_layer.select(1, static_cast<std::int64_t>(t)) : Tensor());
  }
  Tensor attended = at::zeros(inputs.front().sizes(), x.options().requires_grad(false));
  Tensor reached;
  std::vector<Tensor> outputs, drawn;
  for (std::size_t t = 0; t < inputs.size(); ++t) {
    const Tensor output = advance(pass, inputs[t], entered[t], attended, states, kept[t]);
    attended = attend_at(pass, static_cast<std::int64_t>(t), output, keys_values, bias, reached, drawn);
    outputs.push_back(attended);
  }
  if (!drawn.empty()) pass.add_drawn(at::cat(drawn, 1));
  return at::stack(outputs, 1);
}

// One position more through all layers; entered: what the first of them makes of x. kept: by layer, or empty
Tensor RecurrentDecoderImpl::advance(const Pass& pass, Tensor x, Tensor entered, const Tensor& attended,
                                     std::vector<RecurrentState>& states, std::span<const Tensor> kept) const {
  if (feed_) entered = feed_->forward(pass, attended, {.residual = entered});
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const RecurrentDecoderLayer& layer = layers_[i];
    states[i] = layer->recurrence->step(pass, i == 0 ? entered : layer->enter(pass, x), states[i]);
    x = layer->leave(x, states[i].hidden, kept.empty() ? Tensor() : kept[i]);
  }
  return x;
}

RecurrentDecoderState RecurrentDecoderImpl::start(const Pass& pass, const Memory& memory,
                                                  std::optional<c10::ScalarType> cache_type) const {
  return {begin(pass, memory), at::zeros({memory.states.size(0), memory.states.size(2)}, memory.states.options()),
          attention_->start(pass, memory.states, cache_type), DecoderIndex(memory.lengths, memory.states.size(1))};
}

Tensor RecurrentDecoderImpl::step(const Pass& pass, const Tensor& x, RecurrentDecoderState& state) const {
  state.index.advance();
  state.take_rows();
  const Tensor output = advance(pass, x, layers_.front()->enter(pass, x), state.attended, state.layers, {});
  const Tensor sum = attention_->step(pass, output, state.memory, state.index, combine_->forward(pass, output));
  state.attended = at::tanh(sum.to(x.scalar_type()));
  return finish(pass, state.attended);
}

}  // namespace dragoman
