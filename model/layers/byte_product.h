#pragma once

#include "model/layers/quantised_matrix.h"

#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// Rows of bytes as quantise_rows() makes them.
struct ByteRows {
  const std::uint8_t* bytes = nullptr;
  std::int64_t stride = 0;  ///< from row to row: BytePanels::stride() at least
  const float* scales = nullptr;
  const std::int32_t* zeros = nullptr;
  std::int64_t count = 0;
};

/// An int8 matrix laid out for the processor's byte dot products (AVX-512 VNNI): panels of 64 of its rows, four bytes
/// of each row side by side. LibTorch's operators for it cost 50 µs a call before they begin, know no scale a row, and
/// need 8 ns a weight to lay it out; with a few rows at a time, as in a search, that is most of their time.
class BytePanels {
 public:
  /// Whether this processor has the instructions.
  static bool supported();

  /// bias: [out] fp32, or undefined
  BytePanels(const QuantisedMatrix& matrix, const torch::Tensor& bias);

  std::int64_t out() const { return out_; }
  std::int64_t in() const { return in_; }
  /// Bytes of one row of x: `in`, rounded up to a multiple of 4. What is behind the row itself may be anything.
  std::int64_t stride() const { return (in_ + 3) / 4 * 4; }

  /// y = residual + relu(x · matrixᵀ + bias), without relu or residual where they are not asked for: the residual may
  /// be null. y and residual: [count, out]. In the caller's thread. The sums are exact, and no row depends on another.
  void product(const ByteRows& x, bool relu, const float* residual, float* y) const;

 private:
  std::int64_t out_, in_;
  torch::Tensor panels_;        // [out / 64, in / 4, 64, 4] int8, with zeros behind the matrix
  torch::Tensor negated_sums_;  // [out, rounded up] int32: of the matrix's rows; times a zero of x, where sums begin
  torch::Tensor scales_;        // [out, rounded up] fp32
  torch::Tensor biases_;        // the same
};

}  // namespace dragoman
