#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace dragoman {

/// Numbers from N(0, 1) that are the same in every run.
inline torch::Tensor random_tensor(torch::IntArrayRef shape, std::int64_t seed,
                                   torch::ScalarType type = torch::kFloat32) {
  torch::manual_seed(static_cast<std::uint64_t>(seed));
  return torch::randn(shape, type);
}

inline torch::Tensor ids(const std::vector<std::vector<std::int64_t>>& rows) {
  std::vector<torch::Tensor> tensors;
  for (const auto& row : rows) tensors.push_back(torch::tensor(row, torch::kInt64));
  return torch::stack(tensors);
}

/// The norm of the difference, relative to that of `expected`.
inline double relative_error(const torch::Tensor& actual, const torch::Tensor& expected) {
  const auto wide = expected.detach().to(torch::kFloat64);
  return ((actual.detach().to(torch::kFloat64) - wide).norm() / wide.norm()).item<double>();
}

}  // namespace dragoman
