#pragma once

#include <torch/types.h>

namespace dragoman {

/// sums [n] += the rows [R, n], summed in the type of the sums. Of bfloat16 in float32 in one pass on a CPU, where
/// LibTorch's operators first make a copy of all rows in float32.
void add_rows(const torch::Tensor& sums, const torch::Tensor& rows);

/// The rows' sum [n] in `type`, as add_rows() computes it.
torch::Tensor sum_of_rows(const torch::Tensor& rows, torch::ScalarType type);

}  // namespace dragoman
