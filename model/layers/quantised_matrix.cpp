#include "model/layers/quantised_matrix.h"

#include <ATen/ATen.h>

namespace dragoman {

QuantisedMatrix quantise(const torch::Tensor& matrix) {
  const torch::Tensor scales = matrix.abs().amax(1).clamp_min(1e-30).div(127.0);
  return {at::round(matrix / scales.unsqueeze(1)).to(torch::kInt8), scales};
}

}  // namespace dragoman
