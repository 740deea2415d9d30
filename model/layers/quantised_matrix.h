#pragma once

#include <torch/types.h>

namespace dragoman {

/// matrix ≈ scales · values, row by row.
struct QuantisedMatrix {
  torch::Tensor values;  ///< [rows, columns] int8, from −127 to 127
  torch::Tensor scales;  ///< [rows] fp32: the row's largest absolute value / 127
};

/// matrix: [rows, columns] fp32
QuantisedMatrix quantise(const torch::Tensor& matrix);

}  // namespace dragoman
