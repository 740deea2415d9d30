#include "model/layers/add_rows.h"

#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;

TEST(AddRows, SumsInTheTypeOfTheSums) {
  for (const torch::ScalarType type : {torch::kBFloat16, torch::kFloat32, torch::kFloat64}) {
    for (const std::int64_t width : {1, 7, 16, 100}) {
      const Tensor before = random_tensor({width}, 1), rows = random_tensor({300, width}, 2).to(type);
      const Tensor sums = before.clone(), exact = before.to(torch::kFloat64) + rows.to(torch::kFloat64).sum(0);
      add_rows(sums, rows);
      EXPECT_LT(relative_error(sums.to(torch::kFloat64), exact), 1e-6) << type << " " << width;
      const Tensor sum = sum_of_rows(rows, torch::kFloat32);
      EXPECT_EQ(sum.scalar_type(), torch::kFloat32);
      EXPECT_LT(relative_error(sum.to(torch::kFloat64), exact - before), 1e-6) << type << " " << width;
    }
  }
}

TEST(AddRows, OfNoRowsAndOfThoseThatLieApart) {
  const Tensor sums = at::ones({6});
  add_rows(sums, at::empty({0, 6}, torch::kBFloat16));
  EXPECT_TRUE(sums.equal(at::ones({6})));
  const Tensor columns = at::arange(12).view({6, 2}).to(torch::kBFloat16).t();
  add_rows(sums, columns);
  EXPECT_TRUE(sums.equal(at::arange(12).view({6, 2}).sum(1).to(torch::kFloat32) + 1));
}

TEST(AddRows, RefusesShapesThatDoNotFit) {
  EXPECT_THROW(add_rows(at::zeros({3}), at::zeros({2, 4})), c10::Error);
}

}  // namespace
}  // namespace dragoman
