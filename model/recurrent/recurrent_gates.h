#pragma once

#include "model/shapes.h"

#include <torch/types.h>

namespace dragoman {

/// What a recurrence hands from one position to the next.
struct RecurrentState {
  torch::Tensor hidden;  ///< [R, d], which is its output too
  torch::Tensor cell;    ///< [R, d] of an LSTM, else undefined
};

/// One step of an LSTM (Hochreiter and Schmidhuber 1997, with the forget gates of Gers et al. 2000):
///   c' = σ(f) · c + σ(i) · tanh(g),  h' = σ(o) · tanh(c')
/// sums: [R, 4 · d], i, f, g and o, each what the step's input and h make of it together; cell: [R, d]. The type of the
/// result is that of the cell, however coarsely the sums are rounded.
RecurrentState lstm_step(const torch::Tensor& sums, const torch::Tensor& cell);

/// One step of a GRU (Cho et al. 2014; the reset gate behind the product, as in their first version and in cuDNN):
///   h' = (1 - z) · tanh(n_x + r · n_h) + z · h,  r = σ(r_x + r_h),  z = σ(z_x + z_h)
/// of_input and of_hidden: [R, 3 · d], r, z and n, as the step's input and h make them; hidden: [R, d] → [R, d]
torch::Tensor gru_step(const torch::Tensor& of_input, const torch::Tensor& of_hidden, const torch::Tensor& hidden);

}  // namespace dragoman
