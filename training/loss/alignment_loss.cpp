#include "training/loss/alignment_loss.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

Tensor GuidedWeights::see(const AttentionSite&, const Tensor& weights, const Tensor& heads) {
  parts_.push_back(weights.select(1, head_.head));
  return heads;
}

Tensor GuidedWeights::of(std::int64_t queries) const {
  if (parts_.empty()) return {};
  // A decoder that goes step by step comes once for each position; layers with the same weights come one by one.
  return (parts_.size() == 1 ? parts_[0] : at::cat(parts_, 1)).narrow(1, 0, queries);
}

Tensor alignment_loss(const Tensor& weights, const Tensor& alignment) {
  TORCH_CHECK(weights.sizes() == alignment.sizes(), "alignment_loss: weights ", weights.sizes(), " and alignment ",
              alignment.sizes(), " differ");
  // Keeps the logarithm of a weight that is rounded to 0, and its gradient, finite.
  constexpr double kLeast = 1e-9;
  return -(alignment * (weights.to(at::kFloat) + kLeast).log()).sum();
}

}  // namespace dragoman
