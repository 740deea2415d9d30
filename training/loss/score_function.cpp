#include "training/loss/score_function.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

Tensor excess_losses(const Tensor& losses, const Tensor& tokens) {
  const auto from_here_on = [](const Tensor& values) { return values.flip(1).cumsum(1).flip(1); };
  const Tensor counts = tokens.to(torch::kFloat64);
  const Tensor of_sentences = losses.sum(1, true), lengths = counts.sum(1, true);  // [B, 1]
  const Tensor others = (of_sentences.sum() - of_sentences) / (lengths.sum() - lengths).clamp_min(1);
  return (from_here_on(losses) - others * from_here_on(counts)) * counts;
}

Tensor tempered(const Tensor& excess, const Tensor& tokens) {
  constexpr double kWeight = 0.2;
  const Tensor spread = (excess.square().sum() / tokens.sum().clamp_min(1)).sqrt();
  return excess * (kWeight / spread.clamp_min(1));
}

Tensor score_function_loss(const Tensor& log_probability, const Tensor& excess, double normaliser) {
  return (log_probability * excess.to(log_probability.scalar_type())).sum() / normaliser;
}

}  // namespace dragoman
