#include "model/attention/key_selection.h"

#include <ATen/ATen.h>

namespace dragoman {

torch::Tensor select_keys(const torch::Tensor& weights, AttentionSelection selection) {
  if (selection == AttentionSelection::soft) return weights;
  const torch::Tensor chosen = weights.argmax(-1, true);
  const torch::Tensor hard = at::zeros_like(weights).scatter_(-1, chosen, 1);
  if (!weights.requires_grad()) return hard;
  return weights + (hard - weights).detach();
}

}  // namespace dragoman
