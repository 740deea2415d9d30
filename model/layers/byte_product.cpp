#include "model/layers/byte_product.h"

#include "base/huge_pages.h"
#include "model/layers/panel_sharing.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace dragoman {
namespace {

constexpr std::int64_t kPanel = kPanelColumns;
// Of that many rows of x the bytes stay in the second-level cache while all panels pass by.
constexpr std::int64_t kRowBlock = 192;
// With fewer rows tiles are emptier than byte products are slower.
constexpr std::int64_t kFewRows = 8;
constexpr std::int64_t kManyRows = 512;

// matrix: [rows, in] int8, contiguous
void lay_out(const std::int8_t* matrix, std::int64_t rows, std::int64_t in, std::int8_t* panel,
             std::int32_t* negated_sums) {
  for (std::int64_t row = 0; row < rows; ++row, matrix += in) {
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < in; ++i) sum += matrix[i];
    negated_sums[row] = -sum;
    std::int8_t* to = panel + 4 * row;
    std::int64_t i = 0;
    for (; i + 4 <= in; i += 4, to += 4 * kPanel) std::memcpy(to, matrix + i, 4);
    std::memcpy(to, matrix + i, static_cast<std::size_t>(in - i));
  }
}

}  // namespace

bool BytePanels::supported() {
  return has_byte_products();
}

BytePanels::BytePanels(const QuantisedMatrix& matrix, const at::Tensor& bias)
    : out_(matrix.values.size(0)),
      in_(matrix.values.size(1)),
      negated_sums_(at::zeros({rounded_up(out_, kPanel)}, torch::kInt32)),
      scales_(at::zeros({rounded_up(out_, kPanel)}, torch::kFloat32)),
      biases_(at::zeros_like(scales_)) {
  TORCH_CHECK(supported(), "this processor has no byte dot products");
  const std::int64_t size = kPanel * depth();
  panels_ = std::reinterpret_pointer_cast<std::int8_t>(
      in_huge_pages(static_cast<std::size_t>(divided_up(out_, kPanel) * size)));
  const at::Tensor values = matrix.values.contiguous();
  scales_.narrow(0, 0, out_).copy_(matrix.scales);
  if (bias.defined()) biases_.narrow(0, 0, out_).copy_(bias.detach());
  for (std::int64_t first = 0; first < out_; first += kPanel) {
    lay_out(values.const_data_ptr<std::int8_t>() + first * in_, std::min(kPanel, out_ - first), in_,
            panels_.get() + first / kPanel * size, negated_sums_.mutable_data_ptr<std::int32_t>() + first);
  }
}

void BytePanels::product(const ByteRows& x, bool relu, const float* residual, float* y) const {
  share_panels({divided_up(out_, kPanel), kPanel * depth(), x.count, kManyRows},
               [&](std::int64_t begin, std::int64_t end) { multiply(x, relu, residual, y, begin, end); });
}

// The columns of some of the panels.
void BytePanels::multiply(const ByteRows& x, bool relu, const float* residual, float* y, std::int64_t begin_panel,
                          std::int64_t end_panel) const {
  const bool by_tiles = x.count >= kFewRows && has_tiles();
  const PanelProduct multiply = by_tiles ? multiply_by_tiles : multiply_by_byte_products;
  std::optional<TileUse> tiles;
  if (by_tiles) tiles.emplace();
  const std::int64_t size = kPanel * depth();
  for (std::int64_t begin = 0; begin < x.count; begin += kRowBlock) {
    const std::int64_t offset = begin * out_;
    const ByteRows rows{x.bytes + begin * x.stride, x.stride, x.scales + begin, x.zeros + begin,
                        std::min(kRowBlock, x.count - begin)};
    const std::int8_t* weights = panels_.get() + begin_panel * size;
    for (std::int64_t first = begin_panel * kPanel; first < end_panel * kPanel; first += kPanel, weights += size) {
      const BytePanel panel{weights,
                            depth(),
                            negated_sums_.const_data_ptr<std::int32_t>() + first,
                            scales_.const_data_ptr<float>() + first,
                            biases_.const_data_ptr<float>() + first,
                            std::min(kPanel, out_ - first)};
      multiply(rows, panel, weights + size,
               {residual ? residual + offset + first : nullptr, y + offset + first, out_, relu});
    }
  }
}

}  // namespace dragoman
