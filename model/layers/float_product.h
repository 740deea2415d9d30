#pragma once

#include "kernels/float_panel.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>

namespace dragoman {

/// An fp32 matrix laid out for AVX-512: panels of 32 of its rows side by side. oneDNN, which LibTorch has, takes as
/// long for 16 rows as for one, needs new code for each new number of them, and comes less near to what the processor
/// can do at the shapes of a search.
class FloatPanels {
 public:
  /// Whether this processor has the instructions.
  static bool supported() { return has_float_panels(); }

  /// matrix: [out, in] fp32; bias: [out] fp32, or undefined
  FloatPanels(const torch::Tensor& matrix, const torch::Tensor& bias);

  std::int64_t out() const { return out_; }
  std::int64_t in() const { return in_; }

  /// y = residual + relu(x · matrixᵀ + bias), without relu or residual where they are not asked for: the residual may
  /// be null. y and residual: [count, out]. By the caller's thread and those that help it (share_loop()). No row
  /// depends on another, nor on who computes it.
  void product(const FloatRows& x, bool relu, const float* residual, float* y) const;

 private:
  void multiply(const FloatRows& x, bool relu, const float* residual, float* y, std::int64_t begin_panel,
                std::int64_t end_panel) const;

  std::int64_t out_, in_;
  std::shared_ptr<float> panels_;  // [out / 32, in, 32], with zeros behind the matrix
  torch::Tensor biases_;           // [out, rounded up] fp32
};

}  // namespace dragoman
