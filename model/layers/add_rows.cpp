#include "model/layers/add_rows.h"

#include "kernels/row_sums.h"
#include "model/layers/elements.h"

#include <ATen/ATen.h>

namespace dragoman {

void add_rows(const torch::Tensor& sums, const torch::Tensor& rows) {
  TORCH_CHECK(sums.dim() == 1 && rows.dim() == 2 && rows.size(1) == sums.size(0), "add_rows: rows ", rows.sizes(),
              " and sums ", sums.sizes(), " do not fit [R, n], [n]");
  const bool is_ours = sums.is_cpu() && sums.is_contiguous() && sums.scalar_type() == torch::kFloat32 &&
                       rows.is_cpu() && rows.scalar_type() == torch::kBFloat16;
  if (!is_ours) {
    sums.add_(at::sum(rows, 0, false, sums.scalar_type()));
    return;
  }
  const torch::Tensor packed = rows.contiguous();
  add_rows(elements<std::uint16_t>(packed), packed.size(0), packed.size(1), sums.mutable_data_ptr<float>());
}

}  // namespace dragoman
