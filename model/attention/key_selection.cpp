#include "model/attention/key_selection.h"

#include "base/counter_random.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace dragoman {

using torch::Tensor;

namespace {

// 1 for the chosen keys [..., 1], with the gradient of the weights.
Tensor straight_through(const Tensor& weights, const Tensor& chosen) {
  const Tensor hard = at::zeros(weights.sizes(), weights.options().requires_grad(false)).scatter_(-1, chosen, 1);
  return weights.requires_grad() ? weights + (hard - weights).detach() : hard;
}

}  // namespace

Tensor likeliest_keys(const Tensor& weights) {
  return straight_through(weights, weights.argmax(-1, true));
}

Tensor monotonic_keys(const Tensor& weights, Tensor& reached) {
  const Tensor places = at::arange(weights.size(3), weights.options().dtype(torch::kInt64));
  std::vector<Tensor> chosen;
  for (std::int64_t t = 0; t < weights.size(2); ++t) {
    Tensor open = weights.select(2, t);
    if (reached.defined()) open = open.masked_fill(places < reached.unsqueeze(2), -1);
    reached = open.argmax(2);
    chosen.push_back(reached);
  }
  return straight_through(weights, at::stack(chosen, 2).unsqueeze(3));
}

DrawnKeys draw_keys(const Tensor& weights, const DropoutKey& key) {
  CounterRandom random(key.seed, RandomPurpose::attention, (key.batch << 16) + key.site);
  for (std::int64_t i = 0; i < key.first / weights.size(-1); ++i) random.uniform();
  Tensor thresholds = at::empty({weights.numel() / weights.size(-1)}, torch::kFloat64);
  auto* numbers = thresholds.mutable_data_ptr<double>();
  for (std::int64_t i = 0; i < thresholds.numel(); ++i) numbers[i] = random.uniform();
  // The first key at which the sum of weights exceeds the number; rounding must not lead to one that is not seen.
  const Tensor sums = weights.detach().to(torch::kFloat64).cumsum(-1);
  std::vector<std::int64_t> shape = weights.sizes().vec();
  shape.back() = 1;
  const Tensor sought = thresholds.to(weights.device()).view(shape) * sums.narrow(-1, sums.size(-1) - 1, 1);
  const Tensor drawn = (sums <= sought).sum(-1, true);
  return {at::zeros(weights.sizes(), weights.options().requires_grad(false)).scatter_(-1, drawn, 1),
          at::log(weights.gather(-1, drawn)).squeeze(-1).sum(1)};
}

DrawnKeys expect_half(const DrawnKeys& drawn, const Tensor& weights, const DropoutKey& key) {
  CounterRandom random(key.seed, RandomPurpose::expected_attention, key.batch);
  for (std::int64_t i = 0; i < key.first / std::max<std::int64_t>(weights[0].numel(), 1); ++i) random.below(2);
  std::vector<float> draws(static_cast<std::size_t>(weights.size(0)));
  for (float& draw : draws) draw = static_cast<float>(random.below(2));
  const Tensor is_drawn = torch::tensor(draws, torch::kFloat32).to(weights.device()).unsqueeze(1);  // [B, 1]
  return {at::where(is_drawn.view({-1, 1, 1, 1}) != 0, drawn.weights, weights), drawn.log_probability * is_drawn};
}

}  // namespace dragoman
