#include "model/layers/add_rows.h"

#include "kernels/row_sums.h"
#include "model/layers/elements.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

bool is_ours(const torch::Tensor& rows, torch::ScalarType type) {
  return rows.is_cpu() && rows.scalar_type() == torch::kBFloat16 && type == torch::kFloat32;
}

}  // namespace

void add_rows(const torch::Tensor& sums, const torch::Tensor& rows) {
  TORCH_CHECK(sums.dim() == 1 && rows.dim() == 2 && rows.size(1) == sums.size(0), "add_rows: rows ", rows.sizes(),
              " and sums ", sums.sizes(), " do not fit [R, n], [n]");
  if (!is_ours(rows, sums.scalar_type()) || !sums.is_contiguous()) {
    sums.add_(at::sum(rows, 0, false, sums.scalar_type()));
    return;
  }
  const torch::Tensor packed = rows.contiguous();
  add_rows(elements<std::uint16_t>(packed), packed.size(0), packed.size(1), sums.mutable_data_ptr<float>());
}

torch::Tensor sum_of_rows(const torch::Tensor& rows, torch::ScalarType type) {
  if (!is_ours(rows, type)) return at::sum(rows, 0, false, type);
  const torch::Tensor sums = at::zeros({rows.size(1)}, rows.options().dtype(type));
  add_rows(sums, rows);
  return sums;
}

}  // namespace dragoman
