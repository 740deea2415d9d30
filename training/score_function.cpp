#include "training/score_function.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

Tensor score_function_loss(const Tensor& log_probability, const Tensor& losses, const Tensor& tokens,
                           double normaliser) {
  const auto from_here_on = [](const Tensor& values) { return values.flip(1).cumsum(1).flip(1); };
  const Tensor counts = tokens.to(torch::kFloat64);
  const Tensor of_sentences = losses.sum(1, true), lengths = counts.sum(1, true);  // [B, 1]
  const Tensor others = (of_sentences.sum() - of_sentences) / (lengths.sum() - lengths).clamp_min(1);
  const Tensor advantages = (from_here_on(losses) - others * from_here_on(counts)) * counts;
  return (log_probability * advantages.to(log_probability.scalar_type())).sum() / normaliser;
}

}  // namespace dragoman
