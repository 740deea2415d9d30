#include "training/loss/loss_sums.h"

#include <ATen/ATen.h>

namespace dragoman {

torch::Tensor no_totals(torch::Device device) {
  return at::zeros({5}, at::TensorOptions(device).dtype(at::kDouble));
}

LossSums read_totals(const torch::Tensor& totals) {
  const torch::Tensor here = totals.cpu();
  const double* values = here.const_data_ptr<double>();
  return {values[0], values[1], values[2], static_cast<std::int64_t>(values[3]), values[4]};
}

}  // namespace dragoman
