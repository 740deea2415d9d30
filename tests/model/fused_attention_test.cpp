#include "model/attention/fused_attention.h"

#include "model/attention/attention_core.h"
#include "model/layers/dropout.h"
#include "tests/model/tensors.h"
#include "tests/model/threads.h"

#include <torch/autograd.h>

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr std::int64_t kBatch = 3;
constexpr DropoutKey kDropoutKey{0x123456789ABCDEF0, 0x1122334455, 7};

struct Case {
  std::string name;
  std::int64_t heads, key_value_heads, width, queries, keys;  // 0 keys: packed behind the queries
  Visibility visibility = Visibility::all;
  bool padded = false, rotated = false;
  double dropout = 0;
  std::optional<double> scale = {};
};

const std::vector<Case> kCases = {
    {"Plain", 4, 4, 32, 16, 0},
    {"OneOfEach", 1, 1, 16, 1, 1},
    {"Cross", 2, 2, 32, 7, 19, Visibility::all, true},
    {"OddWidth", 2, 2, 20, 5, 6, Visibility::all, true, false, 0.3},
    {"Grouped", 6, 2, 8, 9, 0, Visibility::causal, false, true, 0.2},
    {"GroupedCross", 4, 1, 48, 9, 21, Visibility::all, true, false, 0.2},
    {"Causal", 2, 2, 64, 33, 0, Visibility::causal},
    {"Rotated", 2, 2, 32, 17, 0, Visibility::all, true, true},
    {"Blocks", 2, 2, 16, 150, 0, Visibility::causal, false, true, 0.1},
    {"BlocksCross", 2, 1, 24, 130, 71, Visibility::all, true, false, 0.1},
    {"Unscaled", 2, 2, 16, 9, 0, Visibility::causal, false, true, 0.1, 1.0},
};

Rotation rotation_of(const Case& c) {
  const Tensor angles = random_tensor({c.queries, c.width / 2}, 5);
  return {angles.cos(), angles.sin()};
}

Tensor bias_of(const Case& c) {
  const std::int64_t keys = c.keys > 0 ? c.keys : c.queries;
  return padding_bias(torch::tensor({keys, std::int64_t{1}, (keys + 1) / 2}, torch::kInt64), keys, torch::kFloat32);
}

FusedAttentionOptions options_of(const Case& c) {
  FusedAttentionOptions options{c.heads, c.key_value_heads, c.visibility, {}, {}, c.dropout, kDropoutKey, c.scale};
  if (c.padded) options.bias = bias_of(c);
  if (c.rotated) options.rotation = rotation_of(c);
  return options;
}

PackedHeads heads_of(const Case& c, torch::ScalarType type = torch::kFloat32) {
  const std::int64_t own = (c.heads + 2 * c.key_value_heads) * c.width, shared = 2 * c.key_value_heads * c.width;
  if (c.keys == 0) return {random_tensor({kBatch, c.queries, own}, 1).to(type), {}};
  return {random_tensor({kBatch, c.queries, c.heads * c.width}, 1).to(type),
          random_tensor({kBatch, c.keys, shared}, 2).to(type)};
}

Tensor turned(const Tensor& x, const Rotation& rotation) {
  const auto halves = x.chunk(2, 3);
  return torch::cat({halves[0] * rotation.cosines - halves[1] * rotation.sines,
                     halves[1] * rotation.cosines + halves[0] * rotation.sines},
                    3);
}

// Step by step, in the type of the heads.
Tensor expected(const Case& c, const PackedHeads& heads) {
  const Tensor kv =
      heads.kv.defined() ? heads.kv : heads.q.narrow(2, c.heads * c.width, 2 * c.key_value_heads * c.width);
  Tensor q = split_heads(heads.q.narrow(2, 0, c.heads * c.width), c.heads);
  const auto parts = split_heads(kv, 2 * c.key_value_heads).chunk(2, 1);
  Tensor k = parts[0];
  if (c.rotated) q = turned(q, rotation_of(c)), k = turned(k, rotation_of(c));
  k = k.repeat_interleave(c.heads / c.key_value_heads, 1);
  const Tensor v = parts[1].repeat_interleave(c.heads / c.key_value_heads, 1);
  const Tensor scores =
      torch::matmul(q * c.scale.value_or(1 / std::sqrt(static_cast<double>(c.width))), k.transpose(2, 3));
  const Tensor weights = attention_weights(scores, c.padded ? bias_of(c) : Tensor(), c.visibility);
  return join_heads(torch::matmul(c.dropout > 0 ? dropout(weights, c.dropout, kDropoutKey) : weights, v));
}

// relative_error(), for what may be zero, too.
double error_of(const Tensor& actual, const Tensor& exact) {
  return exact.norm().item<double>() > 1e-9 ? relative_error(actual, exact) : actual.norm().item<double>();
}

// The result, and the gradients of all that went in.
std::vector<Tensor> with_gradients(const PackedHeads& values,
                                   const std::function<Tensor(const PackedHeads&)>& function) {
  PackedHeads heads;
  std::vector<Tensor> inputs;
  inputs.push_back(heads.q = values.q.detach().requires_grad_());
  if (values.kv.defined()) inputs.push_back(heads.kv = values.kv.detach().requires_grad_());
  const Tensor out = function(heads);
  std::vector<Tensor> results = torch::autograd::grad({out}, inputs, {random_tensor(out.sizes(), 3).to(out.dtype())});
  results.push_back(out.detach());
  return results;
}

class FusedAttention : public testing::TestWithParam<Case> {
 protected:
  std::vector<Tensor> fused(const PackedHeads& heads) const {
    return with_gradients(heads, [&](const PackedHeads& x) { return fused_attention(x, options_of(GetParam())); });
  }
};

TEST_P(FusedAttention, ComputesWhatTheStepsDo) {
  const Case& c = GetParam();
  const auto in_steps = [&](const PackedHeads& x) { return expected(c, x); };
  const auto exact = with_gradients(heads_of(c, torch::kFloat64), in_steps), actual = fused(heads_of(c));
  ASSERT_EQ(actual.size(), exact.size());
  for (std::size_t i = 0; i < exact.size(); ++i) EXPECT_LT(error_of(actual[i], exact[i]), 2e-6) << i;

  // In bfloat16 it is nearer to what is right than the steps are.
  const PackedHeads narrow = heads_of(c, torch::kBFloat16);
  const PackedHeads wide{narrow.q.to(torch::kFloat64), narrow.kv.defined() ? narrow.kv.to(torch::kFloat64) : Tensor()};
  const auto of_narrow = with_gradients(wide, in_steps), rounded = fused(narrow);
  for (std::size_t i = 0; i < rounded.size(); ++i) {
    EXPECT_EQ(rounded[i].scalar_type(), torch::kBFloat16);
    EXPECT_LT(error_of(rounded[i], of_narrow[i]), 3e-3) << i;
  }
}

TEST_P(FusedAttention, ASentenceDoesNotDependOnTheOthers) {
  const Case& c = GetParam();
  const PackedHeads heads = heads_of(c);
  const auto whole = fused(heads);
  const std::int64_t keys = c.keys > 0 ? c.keys : c.queries;
  for (std::int64_t b = 0; b < kBatch; ++b) {
    FusedAttentionOptions options = options_of(c);
    options.key.first = b * c.heads * c.queries * keys;
    if (options.bias.defined()) options.bias = options.bias.narrow(0, b, 1);
    const PackedHeads one{heads.q.narrow(0, b, 1), heads.kv.defined() ? heads.kv.narrow(0, b, 1) : Tensor()};
    EXPECT_TRUE(fused_attention(one, options).equal(whole.back().narrow(0, b, 1))) << b;
  }
}

TEST_P(FusedAttention, SameAtAnyNumberOfThreads) {
  const auto fused_by = [&](int threads) {
    const Threads limited(threads);
    return fused(heads_of(GetParam()));
  };
  const auto one = fused_by(1), two = fused_by(2);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].equal(two[i])) << i;
}

INSTANTIATE_TEST_SUITE_P(Cases, FusedAttention, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(FusedAttentionErrors, AFaultShows) {
  const Case c{"", 1, 1, 16, 4, 0, Visibility::causal};
  for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
    for (const std::int64_t part : {0, 1, 2}) {  // of query, key or value 2
      const PackedHeads heads = heads_of(c, type);
      heads.q[0][2][part * 16] = NAN;
      const Tensor finite = fused_attention(heads, options_of(c)).isfinite().all(2);
      const Tensor expected[] = {torch::tensor({true, true, false, true}), torch::tensor({true, true, false, false}),
                                 torch::tensor({false, false, false, false})};  // what is hidden counts 0 times
      EXPECT_TRUE(finite[0].equal(expected[part])) << type << " " << part;
      EXPECT_TRUE(finite.narrow(0, 1, 2).all().item<bool>());
    }
  }
}

TEST(FusedAttentionErrors, RefusesWhatIsNoProjection) {
  const Case c = kCases.front();
  const PackedHeads heads = heads_of(c);
  FusedAttentionOptions options = options_of(c);
  options.key_value_heads = 3;
  EXPECT_THROW(fused_attention(heads, options), c10::Error);
  EXPECT_THROW(fused_attention({heads.q, heads.q.narrow(0, 0, 2)}, options_of(c)), c10::Error);
  EXPECT_FALSE(can_fuse_attention(heads_of(c, torch::kFloat64), {}));
  EXPECT_FALSE(can_fuse_attention(heads, torch::zeros({16, 16})));
  EXPECT_TRUE(can_fuse_attention(heads, bias_of(c)));
}

// What decides whether the kernel is taken must not change what comes out.
TEST(FusedAttentionChoice, TheCoreTakesItWithGradientsAlone) {
  ModelConfig config;
  config.heads = 4;
  config.width = 64;
  config.positions = "rotary";
  config.attention_dropout = 0.2;
  torch::nn::Module owner;
  RandomSites sites;
  const AttentionCore core(owner, config, sites, {{AttentionSite::Kind::decoder_self, 0}, "scaled-dot"});
  const PackedHeads heads{random_tensor({2, 11, 3 * 64}, 4), {}};
  const auto name_of_gradient = [&](const torch::ScalarType type, bool training) {
    const PackedHeads typed{heads.q.to(type).requires_grad_(), {}};
    return core.attend_packed({}, typed, {}, Visibility::causal, training).grad_fn()->name();
  };
  EXPECT_NE(name_of_gradient(torch::kFloat32, true).find("FusedAttention"), std::string::npos);
  EXPECT_EQ(name_of_gradient(torch::kFloat64, true).find("FusedAttention"), std::string::npos);
  for (const bool training : {false, true}) {
    const Tensor fused = core.attend_packed({}, heads, {}, Visibility::causal, training);
    const torch::NoGradGuard no_gradients;
    const Tensor apart = core.attend_packed({}, heads, {}, Visibility::causal, training);
    EXPECT_LT(relative_error(fused, apart), 1e-6) << training;
  }
}

}  // namespace
}  // namespace dragoman
