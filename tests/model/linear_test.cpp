#include "model/layers/linear.h"

#include "tests/model/tensors.h"

#include <torch/autograd.h>

#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

Linear random_linear(std::int64_t in, std::int64_t out, bool bias = true) {
  Linear linear(in, out, bias);
  linear->weight.set_data(random_tensor({out, in}, 1));
  if (bias) linear->bias.set_data(random_tensor({out}, 2));
  return linear;
}

void prepare(Linear& linear, WeightType type = WeightType::fp32) {
  linear->eval();
  linear->pack(type);
}

TEST(Linear, PackedEqualsPlain) {
  torch::NoGradGuard no_grad;
  for (const auto& [in, out] : {std::pair{16, 48}, std::pair{128, 256}, std::pair{64, 7}}) {
    for (const bool bias : {true, false}) {
      Linear linear = random_linear(in, out, bias);
      const Tensor x = random_tensor({3, 5, in}, 3);
      const Tensor plain = linear->forward({}, x);
      prepare(linear);
      const Tensor packed = linear->forward({}, x);
      ASSERT_EQ(packed.sizes(), (std::vector<std::int64_t>{3, 5, out}));
      EXPECT_LT(relative_error(packed, plain), 1e-6);
    }
  }
}

TEST(Linear, SmallerTypesAreCloseToPlain) {
  torch::NoGradGuard no_grad;
  for (const auto& [in, out] : {std::pair{16, 48}, std::pair{128, 256}, std::pair{512, 70}}) {
    for (const bool bias : {true, false}) {
      Linear linear = random_linear(in, out, bias);
      Tensor x = random_tensor({3, 5, in}, 3);
      x.select(1, 2).mul_(1000);  // a row of its own scale
      x.select(1, 3).zero_();
      const Tensor plain = linear->forward({}, x);
      for (const auto& [type, error] : {std::pair{WeightType::bf16, 0.006}, std::pair{WeightType::int8, 0.02}}) {
        prepare(linear, type);
        const Tensor packed = linear->forward({}, x);
        ASSERT_EQ(packed.sizes(), plain.sizes());
        ASSERT_EQ(packed.scalar_type(), torch::kFloat32);
        for (std::int64_t row = 0; row < 5; ++row) {
          const Tensor wanted = plain.select(1, row);
          EXPECT_LE((packed.select(1, row) - wanted).norm().item<double>(), error * wanted.norm().item<double>())
              << to_string(type) << ", row " << row;
        }
      }
    }
  }
}

TEST(Linear, PackedRowsDoNotDependOnEachOther) {
  torch::NoGradGuard no_grad;
  for (const WeightType type : {WeightType::fp32, WeightType::bf16, WeightType::int8}) {
    for (const auto& [in, out] : {std::pair{16, 48}, std::pair{256, 1024}, std::pair{512, 512}}) {
      Linear linear = random_linear(in, out);
      prepare(linear, type);
      const Tensor x = random_tensor({131, in}, 4);
      const Tensor all = linear->forward({}, x);
      for (const std::int64_t count : {1, 2, 5, 15, 16, 17, 33, 64, 100}) {
        for (const std::int64_t first : {0, 31}) {
          ASSERT_TRUE(linear->forward({}, x.narrow(0, first, count)).equal(all.narrow(0, first, count)))
              << to_string(type) << ", " << in << " to " << out << ", rows " << first << " to " << first + count;
        }
      }
    }
  }
}

TEST(Linear, PacksTheWeightsAsTheyAre) {
  torch::NoGradGuard no_grad;
  Linear linear = random_linear(16, 16);
  const Tensor x = random_tensor({2, 16}, 5);
  prepare(linear);
  const Tensor packed = linear->forward({}, x);
  linear->weight.mul_(2);
  EXPECT_TRUE(linear->forward({}, x).equal(packed));
  linear->train();
  EXPECT_LT(relative_error(linear->forward({}, x), torch::linear(x, linear->weight, linear->bias)), 1e-6);
  prepare(linear);
  EXPECT_FALSE(linear->forward({}, x).equal(packed));
}

TEST(Linear, GradientsFlowWhenPacked) {
  Linear linear = random_linear(16, 8);
  prepare(linear);
  linear->forward({}, random_tensor({2, 16}, 6)).sum().backward();
  EXPECT_TRUE(linear->weight.grad().defined());
}

TEST(Linear, ComputesInThePasssType) {
  Linear linear(8, 4, true);
  linear->weight.set_data(random_tensor({4, 8}, 7));
  const Tensor result = linear->forward({.compute_type = torch::kBFloat16}, random_tensor({3, 8}, 8));
  EXPECT_EQ(result.scalar_type(), torch::kBFloat16);
  result.sum().backward();
  EXPECT_EQ(linear->weight.grad().scalar_type(), torch::kFloat32);
}

TEST(Linear, ComputesInBfloat16WhatDoublesDo) {
  for (const bool bias : {true, false}) {
    Linear linear = random_linear(40, 24, bias);
    const Tensor x = random_tensor({5, 70, 40}, 10), of_y = random_tensor({5, 70, 24}, 11);
    // The result and the gradients of x, weight and bias.
    const auto results = [&](torch::ScalarType type, torch::ScalarType computed) {
      linear->to(type);
      const Tensor input = x.to(type).requires_grad_();
      const Tensor y = linear->forward({.compute_type = computed}, input);
      std::vector<Tensor> of = {input, linear->weight};
      if (bias) of.push_back(linear->bias);
      std::vector<Tensor> found = torch::autograd::grad({y}, of, {of_y.to(computed)});
      found.push_back(y.detach());
      return found;
    };
    const auto exact = results(torch::kFloat64, torch::kFloat64), rounded = results(torch::kFloat32, torch::kBFloat16);
    ASSERT_EQ(exact.size(), bias ? 4U : 3U);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      ASSERT_EQ(rounded[i].sizes(), exact[i].sizes());
      EXPECT_LT(relative_error(rounded[i].to(torch::kFloat64), exact[i]), 0.02) << i;
      EXPECT_LT((rounded[i] - exact[i]).norm().item<double>(), 5e-3 * exact[i].norm().item<double>()) << i;
    }
  }
}

TEST(Linear, OtherTypesAreNotPacked) {
  torch::NoGradGuard no_grad;
  Linear linear = random_linear(16, 8);
  linear->to(torch::kFloat64);
  const Tensor x = random_tensor({2, 16}, 9, torch::kFloat64);
  const Tensor plain = linear->forward({}, x);
  prepare(linear);
  EXPECT_TRUE(linear->forward({}, x).equal(plain));
}

TEST(Linear, TakesNoRowsAndRefusesOtherWidths) {
  torch::NoGradGuard no_grad;
  Linear linear = random_linear(16, 8);
  prepare(linear);
  EXPECT_EQ(linear->forward({}, torch::zeros({0, 16})).sizes(), (std::vector<std::int64_t>{0, 8}));
  EXPECT_THROW(linear->forward({}, torch::zeros({2, 15})), c10::Error);
}

}  // namespace
}  // namespace dragoman
