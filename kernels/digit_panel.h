#pragma once

#include "kernels/digit_rows.h"
#include "kernels/panel_results.h"
#include "kernels/tiles.h"

#include <cstdint>

namespace dragoman {

/// Columns of a product of digits that are computed side by side.
inline constexpr std::int64_t kDigitPanelColumns = 2 * kTileRows;

/// Rows as write_digits() makes them.
struct DigitRows {
  const std::int8_t* digits = nullptr;  ///< to read, up to the next kTileRows of rows; what is there may be anything
  std::int64_t stride = 0;              ///< from row to row: three times the panel's depth at least
  const float* scales = nullptr;        ///< [count]
  std::int64_t count = 0;
};

/// 32 rows of a matrix of digits: [depth / 64, 3, 2, 16, 16, 4], which is 64 columns of the matrix, its digits, the two
/// halves of the 32, and four columns of each of a half's 16 rows side by side.
struct DigitPanel {
  const std::int8_t* weights;
  std::int64_t depth;    ///< columns of the matrix, zeros behind it included: a multiple of kTileBytes
  const float* scales;   ///< [32]
  const float* biases;   ///< [32]
  std::int64_t columns;  ///< of the 32, those that are in the matrix
};

/// Depths from which sums of products of digits might overflow.
inline constexpr std::int64_t kMostDigitDepth = 32768;

/// y = residual + relu(x · panelᵀ + bias) of one panel, by AMX and within a TileUse, as near to it as by floats: all
/// nine products of digits but that of the last two (Ootomo, Ozaki and Yokota 2024, "DGEMM on integer matrix
/// multiplication unit", section 2), summed exactly place by place. No row depends on another. `ahead`: as many weights
/// that are needed next, brought into the cache meanwhile.
void multiply_digit_panel(const DigitRows& x, const DigitPanel& panel, const std::int8_t* ahead,
                          const PanelResults& results);

}  // namespace dragoman
