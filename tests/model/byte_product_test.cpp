#include "model/layers/byte_product.h"

#include "kernels/row_quantiser.h"
#include "model/layers/linear_kernel.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

// The same with LibTorch's plain operators: quantised rows times quantised weights, in fp64.
Tensor expected(const Tensor& x, const QuantisedMatrix& matrix, const Tensor& bias, const Epilogue& epilogue) {
  const Tensor rows = x.to(torch::kFloat64);
  const Tensor least = rows.amin(1, true).clamp_max(0), scales = (rows.amax(1, true).clamp_min(0) - least) / 255.0;
  // round(), but halves upwards
  const auto round = [](const Tensor& value) { return at::floor(value + 0.5); };
  const Tensor zeros = round(-least / scales.clamp_min(1e-30));
  const Tensor rounded = (round(rows / scales.clamp_min(1e-30) + zeros).clamp(0, 255) - zeros) * scales;
  const Tensor weight = matrix.values.to(torch::kFloat64) * matrix.scales.to(torch::kFloat64).unsqueeze(1);
  Tensor y = rounded.matmul(weight.t());
  if (bias.defined()) y = y + bias;
  if (epilogue.relu) y = at::relu(y);
  return epilogue.residual.defined() ? epilogue.residual + y : y;
}

struct KernelCase {
  const char* name;
  LinearKernelPtr (*make)(const QuantisedMatrix&, const Tensor&);
};

std::vector<KernelCase> byte_kernels() {
  std::vector<KernelCase> kernels;
  if (BytePanels::supported()) kernels.push_back({"byte panels", byte_panels_kernel});
  if (is_fast(WeightType::int8, torch::kCPU)) kernels.push_back({"oneDNN", onednn_byte_kernel});
  return kernels;
}

// Widths that fill panels, groups of four and vectors, and widths that do not.
constexpr std::pair<std::int64_t, std::int64_t> kShapes[] = {{64, 64}, {512, 200}, {7, 3}, {130, 17}, {66, 129}};

TEST(ByteKernels, AreTheProductOfRoundedRows) {
  for (const KernelCase& kernel : byte_kernels()) {
    for (const auto& [in, out] : kShapes) {
      const QuantisedMatrix matrix = quantise(random_tensor({out, in}, 1));
      const Tensor bias = random_tensor({out}, 2);
      for (const std::int64_t rows : {1, 2, 3, 4, 5, 6, 7, 23, 100, 200}) {
        const Tensor x = random_tensor({rows, in}, 3), residual = random_tensor({rows, out}, 4);
        for (const Epilogue& epilogue :
             {Epilogue{}, Epilogue{true, {}}, Epilogue{false, residual}, Epilogue{true, residual}}) {
          for (const Tensor& with : {bias, Tensor()}) {
            const LinearKernelPtr made = kernel.make(matrix, with);
            const Tensor y = made->product(made->prepare(x), epilogue);
            ASSERT_EQ(y.sizes(), (std::vector<std::int64_t>{rows, out}));
            // A value that lies between two bytes may go either way.
            const Tensor wanted = expected(x, matrix, with, epilogue);
            EXPECT_LE((y - wanted).norm().item<double>(), 2e-3 * wanted.norm().item<double>())
                << kernel.name << ": " << rows << " rows, " << in << " to " << out;
          }
        }
      }
    }
  }
}

TEST(ByteKernels, TheLargestSumsDoNotOverflow) {
  constexpr std::int64_t kIn = 4096;
  QuantisedMatrix matrix{at::full({2, kIn}, 127, torch::kInt8), at::ones({2})};
  matrix.values[1].fill_(-127);
  Tensor x = at::full({2, kIn}, 127.0);
  x[1].fill_(-127.0);
  const float most = 127.0F * 127.0F * kIn;
  for (const KernelCase& kernel : byte_kernels()) {
    const LinearKernelPtr made = kernel.make(matrix, Tensor());
    const Tensor wanted = at::tensor({most, -most, -most, most}).view({2, 2});
    EXPECT_TRUE(made->product(made->prepare(x), {}).allclose(wanted, 1e-6)) << kernel.name;
  }
}

TEST(ByteKernels, ARowDoesNotDependOnTheOthers) {
  const QuantisedMatrix matrix = quantise(random_tensor({200, 96}, 1));
  const Tensor x = random_tensor({150, 96}, 2);
  for (const KernelCase& kernel : byte_kernels()) {
    const LinearKernelPtr made = kernel.make(matrix, Tensor());
    const Tensor all = made->product(made->prepare(x), {});
    for (const std::int64_t row : {0, 5, 96, 149})
      EXPECT_TRUE(made->product(made->prepare(x.narrow(0, row, 1)), {}).equal(all.narrow(0, row, 1))) << kernel.name;
  }
}

TEST(ByteKernels, NumbersThatAreNotFiniteAreSeen) {
  const QuantisedMatrix matrix = quantise(random_tensor({70, 8}, 1));
  Tensor x = random_tensor({2, 8}, 2);
  x[1][3] = INFINITY;
  for (const KernelCase& kernel : byte_kernels()) {
    const LinearKernelPtr made = kernel.make(matrix, Tensor());
    const Tensor y = made->product(made->prepare(x), {});
    EXPECT_TRUE(y[0].isfinite().all().item<bool>()) << kernel.name;
    EXPECT_FALSE(y[1].isfinite().any().item<bool>()) << kernel.name;
  }
}

TEST(BytePanels, AddsToTheResidualInPlace) {
  if (!BytePanels::supported()) GTEST_SKIP() << "this processor has no byte dot products";
  const BytePanels panels(quantise(random_tensor({65, 12}, 1)), Tensor());
  const std::vector<std::uint8_t> bytes(static_cast<std::size_t>(kRowMultiple * panels.stride()), 100);
  const std::vector<float> scales = {1, 1};
  const std::vector<std::int32_t> zeros = {100, 100};
  const Tensor residual = random_tensor({2, 65}, 2), y = residual.clone();
  panels.product({bytes.data(), panels.stride(), scales.data(), zeros.data(), 2}, false, y.const_data_ptr<float>(),
                 y.mutable_data_ptr<float>());
  EXPECT_TRUE(y.equal(residual));
}

}  // namespace
}  // namespace dragoman
