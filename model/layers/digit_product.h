#pragma once

#include "base/rounding.h"
#include "kernels/digit_panel.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>

namespace dragoman {

/// An fp32 matrix laid out for AMX, each number as three bytes: panels of 32 of its rows side by side. The tiles' unit
/// multiplies bytes so much faster than vectors do floats that eight products of bytes take less time than one of
/// floats; the sums are exact, and so their result is as near to the product as that of floats.
class DigitPanels {
 public:
  /// Whether this processor can, and sums of so many products do not overflow.
  static bool supported(std::int64_t in) { return in <= kMostDigitDepth && has_tiles(); }

  /// matrix: [out, in] fp32; bias: [out] fp32, or undefined
  DigitPanels(const torch::Tensor& matrix, const torch::Tensor& bias);

  std::int64_t out() const { return out_; }
  std::int64_t in() const { return in_; }
  /// Bytes of one digit of a row of x, and from one row to the next, of which what is behind the row may be anything.
  std::int64_t depth() const { return rounded_up(in_, kTileBytes); }
  std::int64_t stride() const { return (kDigits * depth() / kTileBytes | 1) * kTileBytes; }

  /// y = residual + relu(x · matrixᵀ + bias), without relu or residual where they are not asked for: the residual may
  /// be null. y and residual: [count, out]. By the caller's thread and those that help it (share_loop()). No row
  /// depends on another, nor on who computes it.
  void product(const DigitRows& x, bool relu, const float* residual, float* y) const;

 private:
  void multiply(const DigitRows& x, bool relu, const float* residual, float* y, std::int64_t begin_panel,
                std::int64_t end_panel) const;

  std::int64_t out_, in_;
  std::shared_ptr<std::int8_t> panels_;  // [out / 32] as DigitPanel has them, with zeros behind the matrix
  torch::Tensor scales_;                 // [out, rounded up] fp32
  torch::Tensor biases_;                 // the same
};

}  // namespace dragoman
