#include "model/attention/positions/position_scheme.h"

#include "model/attention/attention_core.h"
#include "model/model_config.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

// A scheme in an attention of `heads` heads, with weights that tell where they come from: 0, 1, 2, …
struct Fixture {
  Fixture(const std::string& name, int heads, Visibility visibility) {
    config.heads = heads;
    config.width = 4 * heads;
    scheme = form_named(position_forms(), name).make(owner, config, {true, visibility});
    torch::NoGradGuard no_grad;
    for (auto& item : owner.named_parameters())
      item.value().copy_(at::arange(item.value().numel()).view(item.value().sizes()));
  }

  // Of query 0 of head `head` at position `query`, for keys [0, keys).
  Tensor bias(std::int64_t head, std::int64_t query, std::int64_t keys) {
    const Tensor q = torch::ones({1, config.heads, 1, 4});
    return scheme->bias(q, query, keys).expand({1, config.heads, 1, keys})[0][head][0];
  }

  torch::nn::Module owner;
  ModelConfig config;
  std::unique_ptr<PositionScheme> scheme;
};

TEST(AlibiPositions, SlopesAreAGeometricSequence) {
  Fixture eight("alibi", 8, Visibility::causal);
  for (std::int64_t head = 0; head < 8; ++head) {
    const Tensor bias = eight.bias(head, 5, 6);
    for (std::int64_t key = 0; key < 6; ++key)
      EXPECT_NEAR(bias[key].item<double>(), -std::exp2(-static_cast<double>(head + 1)) * static_cast<double>(5 - key),
                  1e-7);
  }
  // 12 heads have the slopes of 8, then every other one of 16 (Press et al. 2022, their published code).
  Fixture twelve("alibi", 12, Visibility::all);
  const std::vector<double> exponents = {1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5};
  for (std::size_t head = 0; head < 12; ++head) {
    const Tensor bias = twelve.bias(static_cast<std::int64_t>(head), 1, 3);
    EXPECT_NEAR(bias[0].item<double>(), -std::exp2(-exponents[head]), 1e-7);
    EXPECT_EQ(bias[1].item<double>(), 0);
    EXPECT_NEAR(bias[2].item<double>(), -std::exp2(-exponents[head]), 1e-7);
  }
}

// The buckets that mesh-tensorflow's function gives for these distances, computed in Python:
// max_exact + int(log(n / max_exact) / log(128 / max_exact) * (buckets - max_exact)), at most buckets - 1.
TEST(T5Positions, BucketsGrowWithTheLogarithm) {
  Fixture causal("t5", 2, Visibility::causal);
  for (const auto& [back, bucket] : {std::pair{0, 0},
                                     {1, 1},
                                     {15, 15},
                                     {16, 16},
                                     {18, 16},
                                     {19, 17},
                                     {20, 17},
                                     {40, 23},
                                     {64, 26},
                                     {100, 30},
                                     {127, 31},
                                     {128, 31},
                                     {300, 31}}) {
    const Tensor bias = causal.bias(1, 300, 301);
    EXPECT_EQ(bias[300 - back].item<double>(), 2 * bucket + 1) << back;
  }
  Fixture both("t5", 2, Visibility::all);
  for (const auto& [distance, bucket] : {std::pair{0, 0},
                                         {-1, 1},
                                         {1, 17},
                                         {-7, 7},
                                         {-8, 8},
                                         {8, 24},
                                         {-11, 8},
                                         {-12, 9},
                                         {50, 29},
                                         {63, 29},
                                         {64, 30},
                                         {-64, 14},
                                         {-200, 15},
                                         {200, 31}}) {
    EXPECT_EQ(both.bias(0, 250, 500)[250 + distance].item<double>(), 2 * bucket) << distance;
  }
}

// The scheme of a later layer has no table where all of a stack share one, and gets the first layer's.
TEST(T5Positions, MayBeSharedByTheLayersOfAStack) {
  ModelConfig config;
  config.positions = "t5";
  for (const bool shared : {false, true}) {
    config.shared_position_biases = shared;
    torch::nn::Module first, second;
    RandomSites sites;
    const AttentionSite site{AttentionSite::Kind::decoder_self, 0}, later{AttentionSite::Kind::decoder_self, 1};
    AttentionCore owner(first, config, sites, {site, "dot"}), other(second, config, sites, {later, "dot"});
    EXPECT_EQ(second.named_parameters().size(), shared ? 0U : 1U);
    if (!shared) continue;
    for (auto& item : first.named_parameters()) item.value().set_data(random_tensor({32, 8}, 1));
    other.share_positions(owner);
    const Tensor q = random_tensor({1, 8, 5, 64}, 2);
    const auto output = [&](const AttentionCore& core) {
      return core.attend({}, q, {q, q}, {}, {Visibility::causal}, false);
    };
    EXPECT_TRUE(other.scores_positions());
    EXPECT_TRUE(output(other).equal(output(owner)));
  }
}

TEST(RelativePositions, DistancesAreClipped) {
  Fixture fixture("relative", 1, Visibility::all);
  // Row r of the vectors is (4 r, 4 r + 1, 4 r + 2, 4 r + 3): its product with ones is 16 r + 6, halved by √d.
  const Tensor bias = fixture.bias(0, 30, 60);
  for (const auto& [key, row] :
       {std::pair{30, 16}, {29, 15}, {14, 0}, {13, 0}, {0, 0}, {31, 17}, {46, 32}, {47, 32}, {59, 32}})
    EXPECT_EQ(bias[key].item<double>(), (16 * row + 6) / 2.0) << key;
  Tensor weights = torch::zeros({1, 1, 1, 60});
  weights[0][0][0][13] = 0.25;
  weights[0][0][0][14] = 0.25;
  weights[0][0][0][31] = 0.5;
  const Tensor sum = fixture.scheme->of_values(weights, 30)[0][0][0];
  for (std::int64_t i = 0; i < 4; ++i)
    EXPECT_EQ(sum[i].item<double>(), 0.5 * static_cast<double>(i) + 0.5 * (17 * 4 + static_cast<double>(i)));
}

TEST(RotaryPositions, ScoresDependOnTheDistanceAlone) {
  Fixture fixture("rotary", 2, Visibility::causal);
  const Tensor q = random_tensor({1, 2, 1, 4}, 1, torch::kFloat64), k = random_tensor({1, 2, 1, 4}, 2, torch::kFloat64);
  const auto score = [&](std::int64_t query, std::int64_t key) {
    return (fixture.scheme->rotate(q, query) * fixture.scheme->rotate(k, key)).sum(-1);
  };
  EXPECT_LT(relative_error(score(1000, 990), score(10, 0)), 1e-12);
  EXPECT_GT(relative_error(score(11, 0), score(10, 0)), 1e-3);
  EXPECT_LT(relative_error(fixture.scheme->rotate(q, 77).norm(), q.norm()), 1e-14);
  EXPECT_TRUE(fixture.scheme->rotate(q, 0).equal(q));
}

TEST(PositionScheme, ActsInOnePlace) {
  for (const PositionForm& form : position_forms()) {
    torch::nn::Module owner;
    const ModelConfig config;
    const bool in_input = form.make(owner, config, {false, Visibility::all}) != nullptr;
    const bool in_attention = form.make(owner, config, {true, Visibility::all}) != nullptr;
    EXPECT_FALSE(in_input && in_attention) << form.name;
    EXPECT_EQ(in_attention, form.in_attention) << form.name;
    EXPECT_EQ(in_input || in_attention, form.name != "none") << form.name;
  }
}

}  // namespace
}  // namespace dragoman
