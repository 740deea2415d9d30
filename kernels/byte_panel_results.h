#pragma once

#include "base/vectorised.h"
#include "kernels/byte_panel.h"

#include <algorithm>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#define DRAGOMAN_AVX512 __attribute__((target("avx512f,avx512bw,avx512vnni")))

namespace dragoman {

using Ints16 [[gnu::vector_size(64)]] = std::int32_t;

/// What becomes of the sums of 16 columns of a panel, row by row.
class ResultColumns {
 public:
  /// column: of the panel, the first of the 16
  [[gnu::always_inline]] DRAGOMAN_AVX512 inline ResultColumns(const BytePanel& panel, const PanelResults& results,
                                                              std::int64_t column)
      : y_(results.y + column),
        residual_(results.residual ? results.residual + column : nullptr),
        stride_(results.stride),
        count_(std::min<std::int64_t>(panel.columns - column, 16)) {
    std::memcpy(&negated_sums_, panel.negated_sums + column, sizeof negated_sums_);
    std::memcpy(&scales_, panel.scales + column, sizeof scales_);
    std::memcpy(&biases_, panel.biases + column, sizeof biases_);
    least_ = Floats16{} + (results.relu ? 0.0F : -std::numeric_limits<float>::infinity());
  }

  [[gnu::always_inline]] DRAGOMAN_AVX512 inline const Ints16& negated_sums() const { return negated_sums_; }

  /// Scales, adds the bias, and stores what is in the matrix. sums: of x less its zero
  [[gnu::always_inline]] DRAGOMAN_AVX512 inline void store(const Ints16& sums, float row_scale,
                                                           std::int64_t row) const {
    float* to = y_ + row * stride_;
    Floats16 y = __builtin_convertvector(sums, Floats16) * scales_ * row_scale + biases_;
    y = y < least_ ? least_ : y;
    if (count_ == 16) {
      if (residual_) {
        Floats16 added;
        std::memcpy(&added, residual_ + row * stride_, sizeof added);
        y += added;
      }
      std::memcpy(to, &y, sizeof y);
      return;
    }
    for (std::int64_t i = 0; i < count_; ++i) to[i] = residual_ ? residual_[row * stride_ + i] + y[i] : y[i];
  }

 private:
  float* y_;
  const float* residual_;
  std::int64_t stride_;
  std::int64_t count_;  // of the 16, those that are in the matrix
  Ints16 negated_sums_;
  Floats16 scales_, biases_, least_;
};

}  // namespace dragoman
#endif
