#include "training/loss/score_function.h"

#include "model/attention/key_selection.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <cmath>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;

// Two positions draw one of three keys each; the loss of the first follows from its key, that of the second from both.
// The gradient of the expected loss, by enumeration, is the mean of what many draws give.
TEST(ScoreFunction, TheMeanOfItsGradientsIsThatOfTheExpectedLoss) {
  const Tensor first = torch::tensor({1.0, 3.0, -1.0}, torch::kFloat64);
  const Tensor second = torch::tensor({{0.5, 2.0, 1.0}, {4.0, -2.0, 0.0}, {1.0, 1.0, 3.0}}, torch::kFloat64);
  const Tensor logits = torch::tensor({{0.3, -0.2, 0.5}, {0.0, 0.7, -0.4}}, torch::kFloat64).requires_grad_();

  const Tensor p = at::softmax(logits, 1);
  const Tensor expected = (p[0] * first).sum() + (p[0].unsqueeze(1) * p[1].unsqueeze(0) * second).sum();
  const Tensor gradient = torch::autograd::grad({expected}, {logits})[0];

  constexpr std::int64_t kSentences = 40000;
  const Tensor weights = at::softmax(logits, 1).expand({kSentences, 1, 2, 3});
  const DrawnKeys drawn = draw_keys(weights, {1, 2, 3});
  const Tensor of_first = drawn.weights.select(1, 0).select(1, 0), of_second = drawn.weights.select(1, 0).select(1, 1);
  const Tensor losses = at::stack({(of_first * first).sum(1), (at::mm(of_first, second) * of_second).sum(1)}, 1);
  const Tensor excess = excess_losses(losses, torch::ones({kSentences, 2}));
  const Tensor loss = score_function_loss(drawn.log_probability, excess, kSentences);
  const Tensor estimate = torch::autograd::grad({loss}, {logits})[0];
  EXPECT_LT((estimate - gradient).abs().max().item<double>(), 0.04);
  EXPECT_GT(gradient.abs().max().item<double>(), 0.5);
}

TEST(ScoreFunction, PaddingHasNoPart) {
  const Tensor log_probability = torch::zeros({2, 3}, torch::kFloat64).requires_grad_();
  const Tensor losses = torch::tensor({{1.0, 2.0, 4.0}, {3.0, 0.0, 0.0}}, torch::kFloat64);
  const Tensor tokens = torch::tensor({{1, 1, 1}, {1, 0, 0}});
  score_function_loss(log_probability, excess_losses(losses, tokens), 2.0).backward();
  // Rewards 7, 6, 4 less 3 a token; 3 less 7/3.
  const Tensor expected = torch::tensor({{-1.0, 0.0, 0.5}, {1.0 / 3, 0.0, 0.0}}, torch::kFloat64);
  EXPECT_TRUE(log_probability.grad().allclose(expected, 1e-12));
}

TEST(ScoreFunction, LargeLossesAreTempered) {
  const Tensor tokens = torch::tensor({{1, 1, 1}, {1, 0, 0}});
  const Tensor excess = torch::tensor({{6.0, -4.0, 2.0}, {-2.0 * std::sqrt(2.0), 0.0, 0.0}}, torch::kFloat64);
  EXPECT_TRUE(tempered(excess, tokens).allclose(excess * 0.05, 1e-12)) << "root mean square 4";
  const Tensor small = excess / 10;
  EXPECT_TRUE(tempered(small, tokens).allclose(small * 0.2, 1e-12));
}

}  // namespace
}  // namespace dragoman
