#include "model/attention/scores/attention_score.h"

#include "model/attention/attention_core.h"

#include <ATen/ATen.h>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

Tensor rows(const std::vector<double>& numbers) {
  return torch::tensor(numbers, torch::kFloat64).view({1, 1, -1, 2});
}

// docs/attention.md: query [1, 2], key [2, 1], value [3, 4].
TEST(AttentionScore, WorkedExample) {
  const Tensor query = rows({1, 2}), key = rows({2, 1});
  const auto score = [&](const std::string& name, const Tensor& weights) {
    torch::nn::Module owner;
    const auto form = form_named(attention_scores(), name).make(owner, 1, 2);
    for (auto& item : owner.named_parameters()) item.value().set_data(weights);
    return form->scores(query, key).item<double>();
  };
  EXPECT_EQ(score("dot", {}), 4);
  EXPECT_DOUBLE_EQ(score("scaled-dot", {}), 4 / std::sqrt(2.0));
  EXPECT_EQ(score("general", torch::tensor({{1.0, 1.0}, {0.0, 1.0}}, torch::kFloat64)), 5);
  EXPECT_DOUBLE_EQ(score("additive", torch::tensor({{1.0, 1.0}}, torch::kFloat64)), 2 * std::tanh(3.0));
}

TEST(AttentionScore, WorkedExampleWithTwoKeys) {
  ModelConfig config;
  config.heads = 1;
  config.width = 2;
  torch::nn::Module owner;
  RandomSites sites;
  const AttentionCore core(owner, config, sites, {{}, "dot"});
  const KeysValues one{rows({2, 1}), rows({3, 4})}, two{rows({2, 1, 0, 0}), rows({3, 4, 7, 8})};
  const auto output = [&](const KeysValues& memory) {
    return core.attend({}, rows({1, 2}), memory, {}, {Visibility::all}, false).flatten();
  };
  EXPECT_TRUE(output(one).allclose(torch::tensor({3.0, 4.0}, torch::kFloat64)));
  EXPECT_TRUE(output(two).allclose(torch::tensor({3.072, 4.072}, torch::kFloat64), 0, 5e-4));
}

// What fused kernels make of the queries is the score.
TEST(AttentionScore, DotProductsFitFusedKernels) {
  const Tensor query = rows({1, 2, -3, 0.5}), key = rows({2, 1, 0.25, -1});
  for (const AttentionScoreForm& form : attention_scores()) {
    torch::nn::Module owner;
    const auto score = form.make(owner, 1, 2);
    for (auto& item : owner.named_parameters())
      item.value().set_data(torch::tensor({0.5, -1.0, 2.0, 3.0}, torch::kFloat64)
                                .narrow(0, 0, item.value().numel())
                                .view(item.value().sizes()));
    EXPECT_EQ(score->is_dot_product(), form.name != "additive") << form.name;
    if (!score->is_dot_product()) continue;
    const Tensor fused = at::matmul(score->scaled_dot_queries(query), key.transpose(2, 3)) / std::sqrt(2.0);
    EXPECT_TRUE(fused.allclose(score->scores(query, key), 1e-12)) << form.name;
    EXPECT_EQ(score->factor(2).has_value(), form.name != "general") << form.name;
    if (const auto factor = score->factor(2)) {
      const Tensor scaled = at::matmul(query, key.transpose(2, 3)) * *factor;
      EXPECT_TRUE(scaled.allclose(score->scores(query, key), 1e-12)) << form.name;
    }
  }
}

}  // namespace
}  // namespace dragoman
