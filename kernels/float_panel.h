#pragma once

#include "kernels/panel_results.h"

#include <cstdint>

namespace dragoman {

/// Columns of a product of floats that are computed side by side.
inline constexpr std::int64_t kFloatPanelColumns = 32;

struct FloatRows {
  const float* values = nullptr;
  std::int64_t stride = 0;  ///< from row to row: the panel's depth at least
  std::int64_t count = 0;
};

/// 32 rows of a matrix side by side: [depth, 32], and a bias for each.
struct FloatPanel {
  const float* weights;  ///< at a multiple of 64 bytes
  std::int64_t depth;
  const float* biases;   ///< [32]
  std::int64_t columns;  ///< of the 32, those that are in the matrix
};

/// Whether this processor has the instructions: AVX-512.
bool has_float_panels();

/// y = residual + relu(x · panelᵀ + bias) of one panel. Each sum begins with the bias and goes up the depth, whatever
/// other rows there are. `ahead`: as many weights that are needed next, brought into the cache meanwhile.
void multiply_float_panel(const FloatRows& x, const FloatPanel& panel, const float* ahead, const PanelResults& results);

}  // namespace dragoman
