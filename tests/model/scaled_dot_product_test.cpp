#include "model/attention/scaled_dot_product.h"

#include "model/attention/attention_core.h"
#include "tests/model/tensors.h"

#include <cmath>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;

// An attention without projections.
ObservedAttention observe_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& bias,
                                    Visibility visibility) {
  ModelConfig config;
  config.heads = static_cast<int>(q.size(1));
  config.width = static_cast<int>(q.size(1) * q.size(3));
  torch::nn::Module owner;
  RandomSites sites;
  const AttentionCore core(owner, config, sites, {{}, "scaled-dot"});
  return core.observe(q, {k, v}, bias, {visibility});
}

Tensor one_head(std::initializer_list<double> values) {
  return torch::tensor(std::vector<double>(values), torch::kFloat64).view({1, 1, 1, -1});
}

TEST(ScaledDotProduct, WorkedExample) {
  const Tensor query = one_head({1, 2}), key = one_head({2, 1}), value = one_head({3, 4});
  EXPECT_EQ((query * key).sum().item<double>(), 4.0);
  const ObservedAttention observed = observe_attention(query, key, value, {}, Visibility::all);
  EXPECT_NEAR(observed.scores.item<double>(), 4 / std::sqrt(2.0), 1e-15);
  EXPECT_EQ(observed.weights.item<double>(), 1.0);
  EXPECT_TRUE(observed.output.equal(value));
  EXPECT_TRUE(attend(query, key, value, {}, Visibility::all).allclose(value, 1e-15));
}

struct Heads {
  Tensor q, k, v;
};

Heads random_heads(std::int64_t queries, std::int64_t keys, torch::ScalarType type = torch::kFloat32) {
  return {random_tensor({3, 2, queries, 8}, 1, type), random_tensor({3, 2, keys, 8}, 2, type),
          random_tensor({3, 2, keys, 8}, 3, type)};
}

TEST(ScaledDotProduct, BothPathsComputeTheSame) {
  const Tensor bias = padding_bias(torch::tensor({5, 2, 4}, torch::kInt64), 5, torch::kFloat64);
  const auto [q, k, v] = random_heads(4, 5, torch::kFloat64);
  EXPECT_LT(
      relative_error(attend(q, k, v, bias, Visibility::all), observe_attention(q, k, v, bias, Visibility::all).output),
      1e-14);
  const auto [a, b, c] = random_heads(5, 5, torch::kFloat64);
  const ObservedAttention causal = observe_attention(a, b, c, {}, Visibility::causal);
  EXPECT_LT(relative_error(attend(a, b, c, {}, Visibility::causal), causal.output), 1e-14);
  // In bfloat16 short sequences take separate products when gradients are wanted.
  const Tensor narrow = a.to(torch::kBFloat16).requires_grad_();
  const Tensor products = attend(narrow, b.to(torch::kBFloat16), c.to(torch::kBFloat16), {}, Visibility::causal);
  EXPECT_LT(relative_error(products, causal.output), 0.02);
}

TEST(ScaledDotProduct, WeightsAreADistributionOverVisibleKeys) {
  const Tensor bias = padding_bias(torch::tensor({5, 2, 4}, torch::kInt64), 5, torch::kFloat32);
  const auto [q, k, v] = random_heads(5, 5);
  const Tensor weights = observe_attention(q, k, v, bias, Visibility::causal).weights;
  EXPECT_EQ(weights.sizes(), (std::vector<std::int64_t>{3, 2, 5, 5}));
  EXPECT_TRUE(weights.sum(-1).allclose(torch::ones({3, 2, 5})));
  EXPECT_TRUE((weights.triu(1) == 0).all().item<bool>());
  EXPECT_TRUE((weights[1].narrow(2, 2, 3) == 0).all().item<bool>());
  EXPECT_TRUE((weights[0].tril() > 0).eq(torch::ones({5, 5}).tril() > 0).all().item<bool>());
}

TEST(ScaledDotProduct, WhatIsHiddenChangesNothing) {
  const auto [q, k, v] = random_heads(6, 6);
  const Tensor bias = padding_bias(torch::tensor({4, 4, 4}, torch::kInt64), 6, torch::kFloat32);
  for (const auto visibility : {Visibility::all, Visibility::causal}) {
    // Keys 4 and 5 are padding, or in the future of the queries 0 to 3.
    const Tensor mask = visibility == Visibility::all ? bias : Tensor();
    Tensor other_k = k.clone(), other_v = v.clone();
    other_k.narrow(2, 4, 2).fill_(17.0f);
    other_v.narrow(2, 4, 2).fill_(-100.0f);
    const Tensor before = attend(q, k, v, mask, visibility).narrow(2, 0, 4);
    const Tensor after = attend(q, other_k, other_v, mask, visibility).narrow(2, 0, 4);
    EXPECT_TRUE(before.equal(after));
    EXPECT_FALSE(attend(q, k, v, {}, Visibility::all).equal(attend(q, other_k, other_v, {}, Visibility::all)));
  }
}

TEST(ScaledDotProduct, PaddingBias) {
  const Tensor bias = padding_bias(torch::tensor({1, 3}, torch::kInt64), 3, torch::kFloat64);
  const double hidden = -INFINITY;
  EXPECT_TRUE(bias.equal(torch::tensor({{0.0, hidden, hidden}, {0.0, 0.0, 0.0}}).view({2, 1, 1, 3})));
}

TEST(ScaledDotProduct, ScalesWithTheWidthOfAHead) {
  const auto [q, k, v] = random_heads(3, 4, torch::kFloat64);
  const Tensor scores = observe_attention(q, k, v, {}, Visibility::all).scores;
  EXPECT_TRUE(scores.allclose(torch::einsum("bhtd,bhsd->bhts", {q, k}) / std::sqrt(8.0), 1e-14, 1e-14));
}

TEST(ScaledDotProduct, RefusesShapesThatDoNotFit) {
  const auto [q, k, v] = random_heads(3, 4);
  EXPECT_THROW(attend(q, k, v, {}, Visibility::causal), c10::Error);
  EXPECT_THROW(attend(q, k, v.narrow(2, 0, 3), {}, Visibility::all), c10::Error);
  EXPECT_THROW(attend(q.narrow(0, 0, 2), k, v, {}, Visibility::all), c10::Error);
  EXPECT_THROW(attend(q[0], k, v, {}, Visibility::all), c10::Error);
}

TEST(ScaledDotProduct, DropoutFallsOnTheWeights) {
  const auto [q, k, v] = random_heads(40, 50);
  ModelConfig config;
  config.heads = 2;
  config.width = 16;
  config.attention_dropout = 0.25;
  torch::nn::Module owner;
  RandomSites sites;
  const AttentionCore core(owner, config, sites, {{}, "scaled-dot"});
  const Tensor weights = dropout(observe_attention(q, k, v, {}, Visibility::all).weights, 0.25, {0, 0, 0});
  EXPECT_NEAR((weights == 0).to(torch::kFloat32).mean().item<float>(), 0.25, 0.02);
  EXPECT_LT(relative_error(core.attend({}, q, {k, v}, {}, {Visibility::all}, true), torch::matmul(weights, v)), 1e-6);
}

}  // namespace
}  // namespace dragoman
