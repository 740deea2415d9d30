#pragma once

#include "model/layers/linear.h"
#include "model/model_config.h"
#include "model/recurrent/recurrent_gates.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// An LSTM or a GRU of one layer and one direction. Its products are apart from its steps: what the input contributes
/// is computed for all positions at once, by enter(). Weights have the layout of torch.nn.LSTM and torch.nn.GRU, G = 4
/// or 3 gates of d rows each; an LSTM's gates have one bias instead of the two there.
class RecurrenceImpl : public torch::nn::Module {
 public:
  /// in: width of the input; width: d
  RecurrenceImpl(RecurrentCell cell, std::int64_t in, std::int64_t width);

  /// The state before the first position.
  RecurrentState zeros(std::int64_t rows) const;
  /// The same with this hidden state [R, d].
  RecurrentState beginning_with(const torch::Tensor& hidden) const;

  /// x: [..., in] → [..., G · d], as the functions below want it
  torch::Tensor enter(const Pass& pass, const torch::Tensor& x) const { return input_gates_->forward(pass, x); }

  /// One position more. entered: [R, G · d]
  RecurrentState step(const Pass& pass, const torch::Tensor& entered, const RecurrentState& state) const;

  /// All positions, one after another. entered: [B, T, G · d] → [B, T, d]
  torch::Tensor run(const Pass& pass, const torch::Tensor& entered, RecurrentState state) const;

  /// From each sentence's last position to its first, with zeros before. lengths: [B] int64 on the CPU; what stands
  /// behind them has no effect.
  torch::Tensor run_backward(const Pass& pass, const torch::Tensor& entered, const torch::Tensor& lengths) const;

  std::int64_t gates() const { return cell_ == RecurrentCell::lstm ? 4 : 3; }

 private:
  RecurrentCell cell_;
  std::int64_t width_;
  Linear input_gates_;   // [G · d, in]
  Linear hidden_gates_;  // [G · d, d]
};
TORCH_MODULE(Recurrence);

}  // namespace dragoman
