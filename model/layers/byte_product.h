#pragma once

#include "base/rounding.h"
#include "kernels/byte_panel.h"
#include "model/layers/quantised_matrix.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>

namespace dragoman {

/// An int8 matrix laid out for the processor's byte products (AVX-512 VNNI, and AMX where there is): panels of 64 of
/// its rows, four bytes of each row side by side. LibTorch's operators for it cost 50 µs a call before they begin, know
/// no scale a row, and need 8 ns a weight to lay it out; with a few rows at a time, as in a search, that is most of
/// their time.
class BytePanels {
 public:
  /// Whether this processor has the instructions.
  static bool supported();

  /// bias: [out] fp32, or undefined
  BytePanels(const QuantisedMatrix& matrix, const torch::Tensor& bias);

  std::int64_t out() const { return out_; }
  std::int64_t in() const { return in_; }
  /// Bytes from one row of x to the next. What is behind the row itself may be anything.
  std::int64_t stride() const { return (depth() / kDepthMultiple | 1) * kDepthMultiple; }

  /// y = residual + relu(x · matrixᵀ + bias), without relu or residual where they are not asked for: the residual may
  /// be null. y and residual: [count, out]. By the caller's thread and those that help it (share_loop()). The sums are
  /// exact, and no row depends on another.
  void product(const ByteRows& x, bool relu, const float* residual, float* y) const;

 private:
  void multiply(const ByteRows& x, bool relu, const float* residual, float* y, std::int64_t begin_panel,
                std::int64_t end_panel) const;
  std::int64_t depth() const { return rounded_up(in_, kDepthMultiple); }

  std::int64_t out_, in_;
  std::shared_ptr<std::int8_t> panels_;  // [out / 64, depth / 4, 64, 4], with zeros behind the matrix
  torch::Tensor negated_sums_;  // [out, rounded up] int32: of the matrix's rows; times a zero of x, where sums begin
  torch::Tensor scales_;        // [out, rounded up] fp32
  torch::Tensor biases_;        // the same
};

}  // namespace dragoman
