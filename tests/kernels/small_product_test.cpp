#include "kernels/small_product.h"

#include "tests/model/tensors.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;

// Whole numbers: every order of summation gives the same.
Tensor whole_numbers(torch::IntArrayRef shape, std::int64_t seed) {
  return random_tensor(shape, seed).mul_(3).round_();
}

TEST(SmallProduct, OfAllSizes) {
  for (const std::int64_t m : {1, 2, 3, 4, 5, 7, 8, 9, 16, 19}) {
    for (const std::int64_t n : {16, 32, 48}) {
      for (const std::int64_t k : {0, 1, 7, 20}) {
        const Tensor a = whole_numbers({m, k}, 1), b = whole_numbers({k, n + 3}, 2), c = whole_numbers({m, n + 5}, 3);
        const Tensor product = torch::matmul(a, b.narrow(1, 0, n));
        for (const bool add : {false, true}) {
          Tensor actual = c.clone(), of_transposed = c.clone(), wanted = c.clone();
          wanted.narrow(1, 0, n).copy_(add ? product + c.narrow(1, 0, n) : product);
          small_product({a.const_data_ptr<float>(), k, 1}, b.const_data_ptr<float>(), n + 3,
                        actual.mutable_data_ptr<float>(), n + 5, m, n, k, add);
          EXPECT_TRUE(actual.equal(wanted)) << m << " " << n << " " << k;
          const Tensor transposed = a.t().contiguous();
          small_product({transposed.const_data_ptr<float>(), 1, m}, b.const_data_ptr<float>(), n + 3,
                        of_transposed.mutable_data_ptr<float>(), n + 5, m, n, k, add);
          EXPECT_TRUE(of_transposed.equal(wanted)) << m << " " << n << " " << k;
        }
      }
    }
  }
}

TEST(SmallProduct, Transposes) {
  const Tensor from = random_tensor({32, 53}, 4);
  Tensor to = torch::zeros({48, 40});
  transpose(from.const_data_ptr<float>(), 53, to.mutable_data_ptr<float>(), 40, 32, 48);
  EXPECT_TRUE(to.narrow(1, 0, 32).equal(from.narrow(1, 0, 48).t()));
  EXPECT_TRUE((to.narrow(1, 32, 8) == 0).all().item<bool>());
}

}  // namespace
}  // namespace dragoman
