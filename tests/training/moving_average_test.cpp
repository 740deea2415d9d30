#include "training/course/moving_average.h"

#include "tests/model/tensors.h"

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct OneWeight : torch::nn::Module {
  OneWeight() { weight = register_parameter("weight", random_tensor({3, 4}, 1)); }
  Tensor weight;
};

void set(OneWeight& model, const Tensor& value) {
  torch::NoGradGuard no_grad;
  model.weight.copy_(value);
}

TEST(MovingAverage, FollowsItsFormula) {
  OneWeight model;
  MovingAverage average(model, 0.5);
  Tensor expected = model.weight.detach().to(torch::kFloat64);
  for (const std::int64_t step : {1, 2, 3, 20, 21}) {
    const Tensor weight = random_tensor({3, 4}, 10 + step);
    set(model, weight);
    average.update(step);
    const double decay = std::min(0.5, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
    expected = decay * expected + (1 - decay) * weight.to(torch::kFloat64);
    EXPECT_TRUE(average.state("a.").at(0).second.to(torch::kFloat64).allclose(expected, 1e-5, 1e-6)) << step;
  }
  EXPECT_EQ(average.state("a.").at(0).first, "a.weight");
}

TEST(MovingAverage, IsInTheModelForAScopeOnly) {
  OneWeight model;
  MovingAverage average(model, 0.9);
  const Tensor weight = random_tensor({3, 4}, 2);
  set(model, weight);
  average.update(1);
  const Tensor mean = average.state("").at(0).second.clone();
  ASSERT_FALSE(mean.equal(weight));
  {
    const MovingAverage::InModel in_model(average);
    EXPECT_TRUE(model.weight.equal(mean));
  }
  EXPECT_TRUE(model.weight.equal(weight));
  EXPECT_TRUE(average.state("").at(0).second.equal(mean));
}

}  // namespace
}  // namespace dragoman
