#include "model/layers/float_product.h"

#include "base/huge_pages.h"
#include "base/rounding.h"
#include "model/layers/panel_sharing.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>

namespace dragoman {
namespace {

constexpr std::int64_t kPanel = kFloatPanelColumns;
// So many rows of x stay in the second-level cache while all panels pass by.
constexpr std::int64_t kRowBlock = 96;
constexpr std::int64_t kManyRows = 128;

// matrix: [rows, in], contiguous. A cache line of each row at a time.
void lay_out(const float* matrix, std::int64_t rows, std::int64_t in, float* panel) {
  constexpr std::int64_t kLine = 16;
  for (std::int64_t first = 0; first < in; first += kLine) {
    const std::int64_t end = std::min(first + kLine, in);
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t i = first; i < end; ++i) panel[i * kPanel + row] = matrix[row * in + i];
    }
  }
}

}  // namespace

FloatPanels::FloatPanels(const at::Tensor& matrix, const at::Tensor& bias)
    : out_(matrix.size(0)), in_(matrix.size(1)), biases_(at::zeros({rounded_up(out_, kPanel)}, torch::kFloat32)) {
  TORCH_CHECK(supported(), "this processor has no AVX-512");
  const std::int64_t size = kPanel * in_;
  panels_ = std::reinterpret_pointer_cast<float>(
      in_huge_pages(static_cast<std::size_t>(divided_up(out_, kPanel) * size) * sizeof(float)));
  const at::Tensor values = matrix.detach().contiguous();
  if (bias.defined()) biases_.narrow(0, 0, out_).copy_(bias.detach());
  for (std::int64_t first = 0; first < out_; first += kPanel) {
    lay_out(values.const_data_ptr<float>() + first * in_, std::min(kPanel, out_ - first), in_,
            panels_.get() + first / kPanel * size);
  }
}

void FloatPanels::product(const FloatRows& x, bool relu, const float* residual, float* y) const {
  const auto bytes = kPanel * in_ * static_cast<std::int64_t>(sizeof(float));
  share_panels({divided_up(out_, kPanel), bytes, x.count, kManyRows},
               [&](std::int64_t begin, std::int64_t end) { multiply(x, relu, residual, y, begin, end); });
}

// The columns of some of the panels.
void FloatPanels::multiply(const FloatRows& x, bool relu, const float* residual, float* y, std::int64_t begin_panel,
                           std::int64_t end_panel) const {
  const std::int64_t size = kPanel * in_;
  for (std::int64_t begin = 0; begin < x.count; begin += kRowBlock) {
    const std::int64_t offset = begin * out_;
    const FloatRows rows{x.values + begin * x.stride, x.stride, std::min(kRowBlock, x.count - begin)};
    const float* weights = panels_.get() + begin_panel * size;
    for (std::int64_t first = begin_panel * kPanel; first < end_panel * kPanel; first += kPanel, weights += size) {
      multiply_float_panel(
          rows, {weights, in_, biases_.const_data_ptr<float>() + first, std::min(kPanel, out_ - first)}, weights + size,
          {residual ? residual + offset + first : nullptr, y + offset + first, out_, relu});
    }
  }
}

}  // namespace dragoman
