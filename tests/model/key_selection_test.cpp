#include "model/attention/key_selection.h"

#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;

TEST(KeySelection, TheLikeliestKeyWithTheGradientOfAll) {
  const Tensor weights = torch::tensor({{0.2, 0.5, 0.3}, {0.6, 0.0, 0.4}}).requires_grad_();
  const Tensor hard = likeliest_keys(weights);
  EXPECT_TRUE(hard.allclose(torch::tensor({{0.0, 1.0, 0.0}, {1.0, 0.0, 0.0}}), 0, 1e-7));
  const Tensor values = torch::tensor({1.0, 2.0, 4.0});
  (hard * values).sum().backward();
  EXPECT_TRUE(weights.grad().equal(values.expand({2, 3})));
}

TEST(KeySelection, MonotonicKeysNeverGoBack) {
  const Tensor weights = torch::tensor({{0.1, 0.6, 0.3}, {0.7, 0.1, 0.2}, {0.9, 0.1, 0.0}}).view({1, 1, 3, 3});
  Tensor reached;
  const auto taken = [&](const Tensor& of) { return monotonic_keys(of, reached).argmax(-1).flatten(); };
  EXPECT_TRUE(taken(weights).equal(torch::tensor({1, 2, 2}, torch::kInt64)));
  EXPECT_EQ(reached.item<std::int64_t>(), 2);
  reached = torch::full({1, 1}, 1, torch::kInt64);
  EXPECT_TRUE(taken(weights.narrow(2, 2, 1)).equal(torch::tensor({1}, torch::kInt64)));
}

TEST(KeySelection, KeysAreDrawnAsOftenAsTheyWeigh) {
  const Tensor one = torch::tensor({0.0, 0.1, 0.6, 0.0, 0.3, 0.0});
  const Tensor weights = one.expand({50, 4, 100, 6});
  const DrawnKeys drawn = draw_keys(weights, {7, 3, 1});
  EXPECT_TRUE(drawn.weights.sum(-1).equal(torch::ones({50, 4, 100})));
  // 20,000 draws: the standard deviation of a share is below 0.0035.
  EXPECT_TRUE(drawn.weights.mean({0, 1, 2}).allclose(one, 0, 0.014));
  EXPECT_TRUE((drawn.weights.index_select(3, torch::tensor({0, 3, 5})) == 0).all().item<bool>());
  EXPECT_LT(relative_error(drawn.log_probability, at::log((drawn.weights * weights).sum(-1)).sum(1)), 1e-6);
  EXPECT_TRUE(draw_keys(weights, {7, 3, 1}).weights.equal(drawn.weights));
  EXPECT_FALSE(draw_keys(weights, {7, 4, 1}).weights.equal(drawn.weights));
  EXPECT_FALSE(draw_keys(weights, {7, 3, 2}).weights.equal(drawn.weights));
}

TEST(KeySelection, HalfOfTheSentencesTakeTheExpectationInstead) {
  const Tensor weights = torch::softmax(torch::randn({200, 2, 3, 5}), 3).set_requires_grad(true);
  const DrawnKeys drawn = draw_keys(weights, {7, 3, 1});
  const DrawnKeys half = expect_half(drawn, weights, {7, 3, 1});
  const Tensor is_drawn = half.weights.amax({1, 2, 3}) == 1;
  const auto count = is_drawn.sum().item<std::int64_t>();
  EXPECT_TRUE(70 < count && count < 130) << count;  // four standard deviations on each side of 100
  EXPECT_TRUE(half.weights.index({is_drawn}).equal(drawn.weights.index({is_drawn})));
  EXPECT_TRUE(half.weights.index({~is_drawn}).equal(weights.index({~is_drawn})));
  EXPECT_TRUE(half.log_probability.index({is_drawn}).equal(drawn.log_probability.index({is_drawn})));
  EXPECT_TRUE((half.log_probability.index({~is_drawn}) == 0).all().item<bool>());
  EXPECT_TRUE(half.weights.equal(expect_half(drawn, weights, {7, 3, 9}).weights)) << "another layer, another half";
  half.weights.sum().backward();
  EXPECT_TRUE((weights.grad().index({is_drawn}) == 0).all().item<bool>());
  EXPECT_TRUE((weights.grad().index({~is_drawn}) == 1).all().item<bool>());
}

}  // namespace
}  // namespace dragoman
