#pragma once

#include "model/seq2seq_model.h"
#include "training/loss/loss_sums.h"
#include "training/loss/pair_terms.h"

#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

struct LabelSmoothedLoss {
  torch::Tensor value;   ///< [], smoothed + consistency divided by the normaliser: what to call backward() on
  torch::Tensor totals;  ///< loss_sums.h
  torch::Tensor rows;    ///< [R] float64: the smoothed cross-entropy of each row, 0 where it does not count

  LossSums sums() const { return read_totals(totals); }
};

/// Label-smoothed cross-entropy of the output layer's predictions (Szegedy et al. 2016, section 7; the smoothing is
/// spread over the whole vocabulary, as in PyTorch's cross_entropy).
///
/// Output layer, softmax and their gradients are one function that works through the rows in chunks: there is never
/// more than one chunk of logits, and the gradients are ready when the loss is. `normaliser` divides loss and gradient:
/// the target tokens of the whole global batch, of which these rows may be a part. states: [R, D]; targets: [R] int64,
/// `padding` where a row does not count. With `pairs` the rows are two by two.
LabelSmoothedLoss label_smoothed_loss(const torch::Tensor& states, const OutputLayer& output,
                                      const torch::Tensor& targets, std::int64_t padding, double smoothing,
                                      double normaliser, const std::optional<PairTerms>& pairs = std::nullopt);

}  // namespace dragoman
