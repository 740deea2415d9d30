#include "model/layers/layer_norm.h"

#include "tests/model/tensors.h"
#include "tests/model/threads.h"

#include <torch/autograd.h>

#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

LayerNorm norm_of(std::int64_t width, NormForm form = NormForm::layer) {
  ModelConfig config;
  config.width = static_cast<int>(width);
  config.normalisation = form;
  LayerNorm norm(config);
  norm->weight.set_data(random_tensor({width}, 1));
  if (norm->bias.defined()) norm->bias.set_data(random_tensor({width}, 2));
  return norm;
}

// The result and the gradients of x, weight and bias.
std::vector<Tensor> with_gradients(LayerNorm& norm, const Tensor& value, std::optional<torch::ScalarType> type) {
  const Tensor x = value.detach().requires_grad_();
  const Tensor out = norm->forward(x, type);
  std::vector<Tensor> results =
      torch::autograd::grad({out}, {x, norm->weight, norm->bias}, {random_tensor(out.sizes(), 4).to(out.dtype())});
  results.push_back(out.detach());
  return results;
}

TEST(LayerNorm, ComputesWhatLibTorchDoesInDoubles) {
  for (const std::int64_t width : {1, 5, 16, 100, 128}) {
    const Tensor x = random_tensor({3, 70, width}, 3) * 4 + 9;
    LayerNorm norm = norm_of(width);
    const auto actual = with_gradients(norm, x, {}), rounded = with_gradients(norm, x, torch::kBFloat16);
    norm->to(torch::kFloat64);
    const auto exact = with_gradients(norm, x.to(torch::kFloat64), {});
    for (std::size_t i = 0; i < exact.size(); ++i) {
      EXPECT_EQ(actual[i].scalar_type(), torch::kFloat32);
      const double size = exact[i].norm().item<double>() + 1e-3;  // all of a single number's is 0
      EXPECT_LT((actual[i] - exact[i]).norm().item<double>(), 1e-5 * size) << width << " " << i;
      EXPECT_LT((rounded[i] - exact[i]).norm().item<double>(), 5e-3 * size) << width << " " << i;
    }
    EXPECT_EQ(rounded.back().scalar_type(), torch::kBFloat16);
    EXPECT_TRUE(rounded.back().equal(actual.back().to(torch::kBFloat16))) << width;
  }
}

TEST(LayerNorm, AddsTheGradientOfWhatComesBesideIt) {
  for (const torch::ScalarType type : {torch::kFloat32, torch::kBFloat16}) {
    LayerNorm norm = norm_of(40);
    const Tensor x = random_tensor({90, 40}, 8).requires_grad_(), other = random_tensor({90, 40}, 9);
    const Tensor of_out = random_tensor({90, 40}, 10).to(type);
    const NormedAndInput both = norm->forward_beside(x, type);
    EXPECT_TRUE(both.input.equal(x));
    const auto of_x = [&](const torch::autograd::variable_list& results, const torch::autograd::variable_list& those) {
      return torch::autograd::grad(results, {x}, those, true)[0];
    };
    const Tensor of_normed = of_x({both.normed}, {of_out}), of_input = of_x({both.input}, {other});
    EXPECT_TRUE(of_input.equal(other));
    EXPECT_LT(relative_error(of_x({both.normed, both.input}, {of_out, other}), of_normed + other), 1e-6);
  }
}

TEST(LayerNorm, AFaultShows) {
  for (const double fault : {NAN, INFINITY}) {
    const Tensor x = random_tensor({3, 20}, 7);
    x[1][4] = fault;
    const Tensor finite = norm_of(20)->forward(x, torch::kBFloat16).isfinite().any(1);
    EXPECT_TRUE(finite.equal(torch::tensor({true, false, true}))) << fault;
  }
}

TEST(LayerNorm, RowsAreTheSameAtAnyNumberOfThreads) {
  LayerNorm norm = norm_of(48);
  const Tensor x = random_tensor({700, 48}, 5);
  const auto normalised_by = [&](int threads) {
    const Threads limited(threads);
    return with_gradients(norm, x, {});
  };
  const auto one = normalised_by(1), two = normalised_by(2), again = normalised_by(2);
  EXPECT_TRUE(one[0].equal(two[0]));
  EXPECT_TRUE(one[3].equal(two[3]));
  for (const std::size_t summed : {1, 2}) {
    EXPECT_LT(relative_error(two[summed], one[summed]), 1e-6);
    EXPECT_TRUE(two[summed].equal(again[summed]));
  }
}

TEST(LayerNorm, WithoutGradientsAndByTheRootMeanSquareInAnyType) {
  const Tensor x = random_tensor({4, 32}, 6);
  LayerNorm norm = norm_of(32);
  const Tensor with = norm->forward(x);
  const torch::NoGradGuard no_gradients;
  EXPECT_LT(relative_error(norm->forward(x), with), 1e-6);
  EXPECT_EQ(norm->forward(x, torch::kBFloat16).scalar_type(), torch::kBFloat16);
  LayerNorm root = norm_of(32, NormForm::rms);
  EXPECT_EQ(root->forward(x, torch::kBFloat16).scalar_type(), torch::kBFloat16);
  EXPECT_THROW(norm->forward(x.narrow(1, 0, 31)), c10::Error);
}

}  // namespace
}  // namespace dragoman
