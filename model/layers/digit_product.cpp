#include "model/layers/digit_product.h"

#include "base/huge_pages.h"
#include "model/layers/panel_sharing.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

namespace dragoman {
namespace {

constexpr std::int64_t kDigitColumns = kDigitPanelColumns;
// Of that many rows of x the digits stay in the second-level cache while all panels pass by.
constexpr std::int64_t kDigitRowBlock = 128;
constexpr std::int64_t kManyDigitRows = 256;

// digits: [rows, 3, depth], of rows of the matrix; four bytes of a row lie side by side, those of 16 rows in a tile.
void lay_out_digits(const std::int8_t* digits, std::int64_t rows, std::int64_t depth, std::int8_t* panel) {
  constexpr std::int64_t kHalves = kDigitColumns / kTileRows, kTile = kTileRows * kTileBytes;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t digit = 0; digit < kDigits; ++digit, digits += depth) {
      std::int8_t* to = panel + (digit * kHalves + row / kTileRows) * kTile + row % kTileRows * 4;
      for (std::int64_t first = 0; first < depth; first += kTileBytes, to += kDigits * kHalves * kTile) {
        for (std::int64_t group = 0; group < kTileRows; ++group)
          std::memcpy(to + group * kTileBytes, digits + first + 4 * group, 4);
      }
    }
  }
}

}  // namespace

DigitPanels::DigitPanels(const at::Tensor& matrix, const at::Tensor& bias)
    : out_(matrix.size(0)),
      in_(matrix.size(1)),
      scales_(at::zeros({rounded_up(out_, kDigitColumns)}, torch::kFloat32)),
      biases_(at::zeros_like(scales_)) {
  TORCH_CHECK(supported(in_), "this processor has no AMX, or the matrix is too wide");
  const std::int64_t size = kDigits * kDigitColumns * depth();
  panels_ = std::reinterpret_pointer_cast<std::int8_t>(
      in_huge_pages(static_cast<std::size_t>(divided_up(out_, kDigitColumns) * size)));
  const at::Tensor values = matrix.detach().contiguous();
  if (bias.defined()) biases_.narrow(0, 0, out_).copy_(bias.detach());
  std::vector<std::int8_t> digits(static_cast<std::size_t>(size));
  for (std::int64_t first = 0; first < out_; first += kDigitColumns) {
    const std::int64_t rows = std::min(kDigitColumns, out_ - first);
    write_digits(values.const_data_ptr<float>() + first * in_, rows, in_, depth(), digits.data(), kDigits * depth(),
                 scales_.mutable_data_ptr<float>() + first);
    lay_out_digits(digits.data(), rows, depth(), panels_.get() + first / kDigitColumns * size);
  }
}

void DigitPanels::product(const DigitRows& x, bool relu, const float* residual, float* y) const {
  share_panels({divided_up(out_, kDigitColumns), kDigits * kDigitColumns * depth(), x.count, kManyDigitRows},
               [&](std::int64_t begin, std::int64_t end) { multiply(x, relu, residual, y, begin, end); });
}

// The columns of some of the panels.
void DigitPanels::multiply(const DigitRows& x, bool relu, const float* residual, float* y, std::int64_t begin_panel,
                           std::int64_t end_panel) const {
  const TileUse tiles;
  const std::int64_t size = kDigits * kDigitColumns * depth();
  for (std::int64_t begin = 0; begin < x.count; begin += kDigitRowBlock) {
    const std::int64_t offset = begin * out_;
    const DigitRows rows{x.digits + begin * x.stride, x.stride, x.scales + begin,
                         std::min(kDigitRowBlock, x.count - begin)};
    const std::int8_t* weights = panels_.get() + begin_panel * size;
    for (std::int64_t first = begin_panel * kDigitColumns; first < end_panel * kDigitColumns;
         first += kDigitColumns, weights += size) {
      const DigitPanel panel{weights, depth(), scales_.const_data_ptr<float>() + first,
                             biases_.const_data_ptr<float>() + first, std::min(kDigitColumns, out_ - first)};
      multiply_digit_panel(rows, panel, weights + size,
                           {residual ? residual + offset + first : nullptr, y + offset + first, out_, relu});
    }
  }
}

}  // namespace dragoman
