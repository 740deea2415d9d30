#pragma once

#include <torch/types.h>

namespace dragoman {

/// What each position's loss and those behind it have above the baseline: Σ losses from t on - baseline. The baseline
/// is the mean loss a token of the batch's other sentences, times the tokens from t on: it does not depend on what was
/// drawn for the sentence. losses: [B, T], 0 where there is no token; tokens: [B, T], whether there is one → [B, T]
torch::Tensor excess_losses(const torch::Tensor& losses, const torch::Tensor& tokens);

/// The same with a root mean square of at most 0.2. Sums over whole sentences are large beside a token's loss, and
/// their gradients so noisy that clipping leaves little of the rest: the factor is of the size that Xu et al. 2015,
/// section 4.1, find by trials ("λ_r"). It is one for the whole batch, so the direction stays right on average.
torch::Tensor tempered(const torch::Tensor& excess, const torch::Tensor& tokens);

/// The loss whose gradient is that of the expected loss with respect to the probabilities of what attention has drawn:
/// Σ log p(drawn at t) · excess at t, divided by `normaliser` (Williams 1992, "REINFORCE"). log_probability: [B, T];
/// excess: [B, T], as excess_losses() says → []
torch::Tensor score_function_loss(const torch::Tensor& log_probability, const torch::Tensor& excess, double normaliser);

}  // namespace dragoman
