#pragma once

#include <torch/types.h>

namespace dragoman {

/// The loss whose gradient is that of the expected loss with respect to the probabilities of what attention has drawn:
/// Σ log p(drawn at t) · (Σ losses from t on - baseline), divided by `normaliser` (Williams 1992, "REINFORCE"). The
/// baseline of a position is the mean loss a token of the batch's other sentences, times the tokens from t on: it does
/// not depend on what was drawn for the sentence, so the gradient stays unbiased. log_probability: [B, T]; losses:
/// [B, T], 0 where there is no token; tokens: [B, T], whether there is one → []
torch::Tensor score_function_loss(const torch::Tensor& log_probability, const torch::Tensor& losses,
                                  const torch::Tensor& tokens, double normaliser);

}  // namespace dragoman
