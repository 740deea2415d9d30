#include "model/recurrent/recurrence.h"

#include <ATen/ATen.h>

#include <vector>

namespace dragoman {

using torch::Tensor;

// A GRU multiplies a part of what its hidden state contributes, bias included; in an LSTM one bias does.
RecurrenceImpl::RecurrenceImpl(RecurrentCell cell, std::int64_t in, std::int64_t width)
    : cell_(cell),
      width_(width),
      input_gates_(register_module("input_gates", Linear(in, gates() * width, true))),
      hidden_gates_(register_module("hidden_gates", Linear(width, gates() * width, cell == RecurrentCell::gru))) {
  const torch::NoGradGuard no_grad;
  // To begin with, what a cell holds stays there (Jozefowicz et al. 2015, section 2.2).
  if (cell == RecurrentCell::lstm) input_gates_->bias.narrow(0, width, width).fill_(1.0);
}

RecurrentState RecurrenceImpl::zeros(std::int64_t rows) const {
  const auto options = hidden_gates_->weight.options().requires_grad(false);
  return beginning_with(at::zeros({rows, width_}, options));
}

RecurrentState RecurrenceImpl::beginning_with(const Tensor& hidden) const {
  return {hidden,
          cell_ == RecurrentCell::lstm ? at::zeros(hidden.sizes(), hidden.options().requires_grad(false)) : Tensor()};
}

RecurrentState RecurrenceImpl::step(const Pass& pass, const Tensor& entered, const RecurrentState& state) const {
  if (cell_ == RecurrentCell::lstm) {
    return lstm_step(hidden_gates_->forward(pass, state.hidden, {.residual = entered}), state.cell);
  }
  return {gru_step(entered, hidden_gates_->forward(pass, state.hidden), state.hidden), Tensor()};
}

Tensor RecurrenceImpl::run(const Pass& pass, const Tensor& entered, RecurrentState state) const {
  std::vector<Tensor> outputs;
  for (const Tensor& one : entered.unbind(1)) {
    state = step(pass, one, state);
    outputs.push_back(state.hidden);
  }
  return at::stack(outputs, 1);
}

Tensor RecurrenceImpl::run_backward(const Pass& pass, const Tensor& entered, const Tensor& lengths) const {
  const std::vector<Tensor> inputs = entered.unbind(1);
  RecurrentState state = zeros(entered.size(0));
  const auto shortest = static_cast<std::size_t>(lengths.min().item<std::int64_t>());
  const Tensor reached = lengths.unsqueeze(1) > at::arange(entered.size(1), lengths.options());  // [B, T]
  const std::vector<Tensor> kept = reached.to(state.hidden.options()).unsqueeze(2).unbind(1);
  std::vector<Tensor> outputs(inputs.size());
  for (std::size_t t = inputs.size(); t-- > 0;) {
    state = step(pass, inputs[t], state);
    if (t >= shortest) {
      state.hidden = state.hidden * kept[t];
      if (state.cell.defined()) state.cell = state.cell * kept[t];
    }
    outputs[t] = state.hidden;
  }
  return at::stack(outputs, 1);
}

}  // namespace dragoman
