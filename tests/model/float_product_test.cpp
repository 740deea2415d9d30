#include "model/layers/float_product.h"

#include "base/shared_loop.h"
#include "model/layers/digit_product.h"
#include "model/layers/linear_kernel.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct FloatForm {
  const char* name;
  LinearKernelPtr (*make)(const Tensor& weight, const Tensor& bias);
  bool supported;
};

// The forms of fp32 that are ours, those of them that this processor has.
class FloatProducts : public ::testing::TestWithParam<FloatForm> {
 protected:
  void SetUp() override {
    if (!GetParam().supported) GTEST_SKIP() << "this processor cannot";
  }
};

INSTANTIATE_TEST_SUITE_P(Forms, FloatProducts,
                         ::testing::Values(FloatForm{"panels", float_panels_kernel, FloatPanels::supported()},
                                           FloatForm{"digits", digit_panels_kernel, DigitPanels::supported(1)}),
                         [](const auto& form) { return std::string(form.param.name); });

Tensor product_of(const LinearKernelPtr& kernel, const Tensor& x, const Epilogue& epilogue = {}) {
  return kernel->product(kernel->prepare(x), epilogue);
}

Tensor exact_product(const Tensor& x, const Tensor& weight, const Tensor& bias, const Epilogue& epilogue) {
  Tensor y = x.to(torch::kFloat64).matmul(weight.to(torch::kFloat64).t());
  if (bias.defined()) y = y + bias;
  if (epilogue.relu) y = at::relu(y);
  return epilogue.residual.defined() ? epilogue.residual + y : y;
}

// Widths that fill panels and cache lines, and widths that do not.
constexpr std::pair<std::int64_t, std::int64_t> kFloatShapes[] = {{64, 64}, {512, 200}, {7, 3}, {130, 17}, {66, 129}};

TEST_P(FloatProducts, AreNearTheProduct) {
  for (const auto& [in, out] : kFloatShapes) {
    const Tensor weight = random_tensor({out, in}, 1), bias = random_tensor({out}, 2);
    for (const std::int64_t rows : {1, 4, 13, 97, 200}) {
      const Tensor x = random_tensor({rows, in}, 3), residual = random_tensor({rows, out}, 4);
      for (const Epilogue& epilogue :
           {Epilogue{}, Epilogue{true, {}}, Epilogue{false, residual}, Epilogue{true, residual}}) {
        for (const Tensor& with : {bias, Tensor()}) {
          const Tensor y = product_of(GetParam().make(weight, with), x, epilogue);
          ASSERT_EQ(y.sizes(), (std::vector<std::int64_t>{rows, out}));
          const Tensor wanted = exact_product(x, weight, with, epilogue);
          EXPECT_LE((y - wanted).norm().item<double>(), 1e-6 * wanted.norm().item<double>())
              << rows << " rows, " << in << " to " << out;
        }
      }
    }
  }
}

TEST_P(FloatProducts, ARowIsTheSameAloneAmongOthersAndWithHelp) {
  const LinearKernelPtr kernel = GetParam().make(random_tensor({3000, 96}, 1), Tensor());
  const Tensor x = random_tensor({110, 96}, 2), all = product_of(kernel, x);
  for (const std::int64_t row : {0, 5, 96, 109})
    EXPECT_TRUE(product_of(kernel, x.narrow(0, row, 1)).equal(all.narrow(0, row, 1)));

  std::atomic<bool> wanted{false};
  LoopHelp help({}, std::chrono::minutes(1));
  help.announce();
  std::thread helper([&] { help.help(wanted); });
  EXPECT_TRUE(product_of(kernel, x).equal(all));
  EXPECT_TRUE(help.shared());
  wanted = true;
  helper.join();
}

TEST_P(FloatProducts, NumbersThatAreNotFiniteAreSeen) {
  const LinearKernelPtr kernel = GetParam().make(random_tensor({70, 8}, 1), Tensor());
  Tensor x = random_tensor({2, 8}, 2);
  x[1][3] = NAN;
  const Tensor y = product_of(kernel, x, {true, {}});
  EXPECT_TRUE(y[0].isfinite().all().item<bool>());
  EXPECT_TRUE(y[1].isnan().all().item<bool>());
}

// Of the product in the mean, as a share of its size.
double share_of_error(const Tensor& y, const Tensor& exact) {
  return (y - exact).norm().item<double>() / exact.norm().item<double>();
}

TEST_P(FloatProducts, AreAsNearAsFloatsSummedInAnyOrder) {
  for (const std::int64_t in : {512, 2048}) {
    const Tensor weight = random_tensor({300, in}, 1), dense = random_tensor({40, in}, 2);
    const LinearKernelPtr kernel = GetParam().make(weight, Tensor());
    for (const Tensor& x : {dense, at::relu(dense)}) {
      const Tensor exact = exact_product(x, weight, Tensor(), {});
      EXPECT_LE(share_of_error(product_of(kernel, x), exact), 3 * share_of_error(at::linear(x, weight), exact)) << in;
    }
    const Tensor of_unlike_sizes = dense * at::exp(2 * random_tensor({40, in}, 3));
    EXPECT_LE(share_of_error(product_of(kernel, of_unlike_sizes), exact_product(of_unlike_sizes, weight, Tensor(), {})),
              1e-5);
  }
}

TEST(FloatPanels, AddToTheResidualInPlace) {
  if (!FloatPanels::supported()) GTEST_SKIP() << "this processor has no AVX-512";
  const FloatPanels panels(random_tensor({65, 12}, 1), Tensor());
  const Tensor x = at::zeros({2, 12}), residual = random_tensor({2, 65}, 2), y = residual.clone();
  panels.product({x.const_data_ptr<float>(), 12, 2}, false, y.const_data_ptr<float>(), y.mutable_data_ptr<float>());
  EXPECT_TRUE(y.equal(residual));
}

}  // namespace
}  // namespace dragoman
