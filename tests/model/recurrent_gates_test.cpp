// Steps of an LSTM and a GRU beside LibTorch's own cells and their gradients.
#include "model/recurrent/recurrent_gates.h"

#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr std::int64_t kRows = 5, kWidth = 7;

Tensor variable(std::int64_t columns, std::int64_t seed) {
  return random_tensor({kRows, columns}, seed, torch::kFloat64).requires_grad_();
}

// As weights, these leave the gates as they come.
Tensor identity(std::int64_t gates) {
  return at::eye(gates * kWidth, torch::kFloat64);
}

void expect_equal_gradients(const Tensor& one, const Tensor& other, const std::vector<Tensor>& inputs) {
  const Tensor weights = random_tensor(one.sizes(), 9, torch::kFloat64);
  const auto of_one = torch::autograd::grad({(one * weights).sum()}, inputs, {}, true, false, true);
  const auto of_other = torch::autograd::grad({(other * weights).sum()}, inputs, {}, true, false, true);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_EQ(of_one[i].defined(), of_other[i].defined()) << i;
    EXPECT_LT(relative_error(of_one[i], of_other[i]), 1e-13) << i;
  }
}

TEST(RecurrentGates, LstmEqualsLibTorchs) {
  const Tensor sums = variable(4 * kWidth, 1), cell = variable(kWidth, 2);
  const RecurrentState next = lstm_step(sums, cell);
  const auto [hidden, other_cell] =
      at::lstm_cell(sums, {at::zeros_like(cell), cell}, identity(4), at::zeros({4 * kWidth, kWidth}, torch::kFloat64));
  EXPECT_LT(relative_error(next.hidden, hidden), 1e-14);
  EXPECT_LT(relative_error(next.cell, other_cell), 1e-14);
  // Each of the two results alone, and both.
  expect_equal_gradients(next.hidden, hidden, {sums, cell});
  expect_equal_gradients(next.cell, other_cell, {sums, cell});
  expect_equal_gradients(next.hidden * next.cell, hidden * other_cell, {sums, cell});
}

TEST(RecurrentGates, GruEqualsLibTorchs) {
  const Tensor of_input = variable(3 * kWidth, 1), of_hidden = variable(3 * kWidth, 2), hidden = variable(kWidth, 3);
  // What the hidden state contributes stands in for it, through the biases, one row at a time.
  std::vector<Tensor> rows;
  for (std::int64_t i = 0; i < kRows; ++i) {
    rows.push_back(at::gru_cell(of_input.narrow(0, i, 1), hidden.narrow(0, i, 1), identity(3),
                                at::zeros({3 * kWidth, kWidth}, torch::kFloat64),
                                at::zeros({3 * kWidth}, torch::kFloat64), of_hidden[i]));
  }
  const Tensor next = gru_step(of_input, of_hidden, hidden), expected = at::cat(rows);
  EXPECT_LT(relative_error(next, expected), 1e-14);
  expect_equal_gradients(next, expected, {of_input, of_hidden, hidden});
}

TEST(RecurrentGates, KeepTheStatesType) {
  const Tensor cell = random_tensor({kRows, kWidth}, 1), sums = random_tensor({kRows, 4 * kWidth}, 2);
  const Tensor rounded = sums.to(torch::kBFloat16).requires_grad_();
  const RecurrentState next = lstm_step(rounded, cell);
  EXPECT_EQ(next.hidden.scalar_type(), torch::kFloat32);
  EXPECT_TRUE(next.cell.equal(lstm_step(rounded.to(torch::kFloat32), cell).cell));
  next.hidden.sum().backward();
  EXPECT_EQ(rounded.grad().scalar_type(), torch::kBFloat16);
}

TEST(RecurrentGates, RefuseShapesThatDoNotFit) {
  const Tensor three = at::zeros({kRows, 3 * kWidth}), hidden = at::zeros({kRows, kWidth});
  EXPECT_THROW(lstm_step(three, hidden), c10::Error);
  EXPECT_THROW(gru_step(three, three.narrow(0, 1, 2), hidden), c10::Error);
}

}  // namespace
}  // namespace dragoman
