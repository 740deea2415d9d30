#include "model/attention/cross_attention.h"
#include "model/attention/forms/self_attention.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;

ModelConfig config_of(int heads) {
  ModelConfig config;
  config.width = 16;
  config.heads = heads;
  return config;
}

template <typename Attention>
Attention random_attention(const ModelConfig& config) {
  RandomSites sites;
  Attention attention(config, sites, AttentionSite{AttentionSite::Kind::cross, 3});
  std::int64_t seed = 10;
  for (auto& item : attention->named_parameters()) item.value().set_data(random_tensor(item.value().sizes(), ++seed));
  attention->to(torch::kFloat64);
  attention->eval();
  return attention;
}

// [B, H, T, d] through the attention's output projection.
template <typename Attention>
Tensor projected(const Attention& attention, const Tensor& heads) {
  const auto parameters = attention->named_parameters();
  return at::linear(heads.transpose(1, 2).flatten(2), parameters["output.weight"], parameters["output.bias"]);
}

TEST(SelfAttention, ObservesWhatItComputes) {
  auto attention = random_attention<SelfAttention>(config_of(4));
  const Tensor x = random_tensor({2, 5, 16}, 1, torch::kFloat64);
  const Tensor bias = padding_bias(torch::tensor({5, 3}, torch::kInt64), 5, torch::kFloat64);
  for (const auto visibility : {Visibility::all, Visibility::causal}) {
    const Tensor mask = visibility == Visibility::all ? bias : Tensor();
    const ObservedAttention observed = attention->observe({}, x, mask, visibility);
    EXPECT_EQ(observed.weights.sizes(), (std::vector<std::int64_t>{2, 4, 5, 5}));
    EXPECT_EQ(observed.output.sizes(), (std::vector<std::int64_t>{2, 4, 5, 4}));
    EXPECT_LT(relative_error(attention->forward({}, x, mask, visibility), projected(attention, observed.output)),
              1e-13);
  }
}

// The packed rows are queries, keys and values, head by head: each head by hand.
TEST(SelfAttention, HeadsAreRowsOfThePackedWeight) {
  auto attention = random_attention<SelfAttention>(config_of(2));
  const Tensor x = random_tensor({1, 4, 16}, 2, torch::kFloat64);
  const auto parameters = attention->named_parameters();
  const auto rows = [&](std::int64_t part, std::int64_t head) {
    const std::int64_t first = part * 16 + head * 8;
    return at::linear(x[0], parameters["qkv.weight"].narrow(0, first, 8), parameters["qkv.bias"].narrow(0, first, 8));
  };
  const ObservedAttention observed = attention->observe({}, x, {}, Visibility::all);
  for (const std::int64_t head : {0, 1}) {
    const Tensor weights = at::softmax(at::mm(rows(0, head), rows(1, head).t()) / std::sqrt(8.0), 1);
    EXPECT_LT(relative_error(observed.weights[0][head], weights), 1e-13);
    EXPECT_LT(relative_error(observed.output[0][head], at::mm(weights, rows(2, head))), 1e-13);
  }
}

TEST(SelfAttention, StepsEqualCausalForward) {
  auto attention = random_attention<SelfAttention>(config_of(4));
  const Tensor x = random_tensor({3, 7, 16}, 3, torch::kFloat64);
  const Tensor whole = attention->forward({}, x, {}, Visibility::causal);
  const auto state = attention->start(std::nullopt);
  DecoderIndex index(torch::tensor({1, 1, 1}, torch::kInt64), 1);
  for (std::int32_t t = 0; t < 7; ++t) {
    index.advance();
    EXPECT_LT(relative_error(attention->step({}, x.select(1, t), *state, index), whole.select(1, t)), 1e-13) << t;
  }
  EXPECT_THROW(attention->step({}, x.select(1, 0).narrow(0, 0, 2), *state, index), c10::Error);
  EXPECT_THROW(attention->step({}, x, *state, index), c10::Error);
}

TEST(CrossAttention, StepsEqualForward) {
  auto attention = random_attention<CrossAttention>(config_of(4));
  const Tensor x = random_tensor({2, 3, 16}, 4, torch::kFloat64),
               memory = random_tensor({2, 6, 16}, 5, torch::kFloat64);
  const Tensor bias = padding_bias(torch::tensor({6, 2}, torch::kInt64), 6, torch::kFloat64);
  const Tensor whole = attention->forward({}, x, attention->project({}, memory), bias);
  CrossAttentionState state = attention->start({}, memory, std::nullopt);
  DecoderIndex index(torch::tensor({6, 2}, torch::kInt64), 6);
  for (std::int64_t t = 0; t < 3; ++t) {
    index.advance();
    EXPECT_LT(relative_error(attention->step({}, x.select(1, t), state, index), whole.select(1, t)), 1e-13) << t;
  }
}

TEST(CrossAttention, ObservesWhatItComputes) {
  auto attention = random_attention<CrossAttention>(config_of(4));
  const Tensor x = random_tensor({2, 3, 16}, 4, torch::kFloat64),
               memory = random_tensor({2, 6, 16}, 5, torch::kFloat64);
  const Tensor bias = padding_bias(torch::tensor({6, 2}, torch::kInt64), 6, torch::kFloat64);
  const Tensor projected_memory = attention->project({}, memory);
  const ObservedAttention observed = attention->observe({}, x, projected_memory, bias);
  EXPECT_EQ(observed.weights.sizes(), (std::vector<std::int64_t>{2, 4, 3, 6}));
  EXPECT_TRUE((observed.weights[1].narrow(2, 2, 4) == 0).all().item<bool>());
  EXPECT_LT(relative_error(attention->forward({}, x, projected_memory, bias), projected(attention, observed.output)),
            1e-13);
}

// Halves what the heads put out, and keeps the weights.
struct Halving : AttentionObserver {
  bool looks_at(const AttentionSite&) const override { return looks; }
  Tensor see(const AttentionSite& site, const Tensor& weights, const Tensor& heads) override {
    EXPECT_EQ(site, (AttentionSite{AttentionSite::Kind::cross, 3}));
    seen = weights;
    return heads / 2;
  }
  Tensor seen;
  bool looks = true;
};

TEST(Attention, AsksItsObserver) {
  RandomSites sites;
  const AttentionSite site{AttentionSite::Kind::cross, 3};
  SelfAttention self(config_of(4), sites, site);
  CrossAttention cross(config_of(4), sites, site);
  for (auto* module : {static_cast<torch::nn::Module*>(self.get()), static_cast<torch::nn::Module*>(cross.get())}) {
    for (auto& item : module->named_parameters()) item.value().set_data(random_tensor(item.value().sizes(), 7));
    module->to(torch::kFloat64);
  }
  const Tensor x = random_tensor({2, 5, 16}, 6, torch::kFloat64);
  const Tensor memory = cross->project({}, x);
  const Tensor self_out = self->forward({}, x, {}, Visibility::causal), cross_out = cross->forward({}, x, memory, {});
  Halving observer;
  const Pass observed{.observer = &observer};
  const auto biases = [](torch::nn::Module& module) { return module.named_parameters()["output.bias"]; };
  EXPECT_LT(relative_error(2 * self->forward(observed, x, {}, Visibility::causal) - biases(*self), self_out), 1e-13);
  EXPECT_TRUE(observer.seen.equal(self->observe({}, x, {}, Visibility::causal).weights));
  EXPECT_LT(relative_error(2 * cross->forward(observed, x, memory, {}) - biases(*cross), cross_out), 1e-13);
  EXPECT_TRUE(observer.seen.equal(cross->observe({}, x, memory, {}).weights));
  // One that looks elsewhere changes nothing, to the last bit.
  observer.looks = false;
  observer.seen = Tensor();
  EXPECT_TRUE(self->forward(observed, x, {}, Visibility::causal).equal(self_out));
  EXPECT_TRUE(cross->forward(observed, x, memory, {}).equal(cross_out));
  EXPECT_FALSE(observer.seen.defined());
}

TEST(Attention, DropsWeightsInTrainingAlone) {
  ModelConfig config = config_of(4);
  config.attention_dropout = 0.5;
  auto self = random_attention<SelfAttention>(config);
  auto cross = random_attention<CrossAttention>(config);
  const Tensor x = random_tensor({2, 5, 16}, 6, torch::kFloat64);
  const Tensor memory = cross->project({}, x);
  const Tensor self_before = self->forward({}, x, {}, Visibility::causal),
               cross_before = cross->forward({}, x, memory, {});
  self->train();
  cross->train();
  const Tensor observed = self->observe({}, x, {}, Visibility::causal).weights;
  const Tensor values = at::linear(x, self->named_parameters()["qkv.weight"], self->named_parameters()["qkv.bias"])
                            .narrow(2, 32, 16)
                            .view({2, 5, 4, 4})
                            .transpose(1, 2);
  const Tensor expected = projected(self, at::matmul(dropout(observed, 0.5, {0, 0, 0}), values));
  EXPECT_LT(relative_error(self->forward({}, x, {}, Visibility::causal), expected), 1e-7);
  EXPECT_GT(relative_error(cross->forward({}, x, memory, {}), cross_before), 0.05);
  self->eval();
  EXPECT_TRUE(self->forward({}, x, {}, Visibility::causal).equal(self_before));
}

}  // namespace
}  // namespace dragoman
