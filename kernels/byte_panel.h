#pragma once

#include "kernels/panel_results.h"
#include "kernels/tiles.h"

#include <cstdint>

namespace dragoman {

/// Columns of a product that are computed side by side.
inline constexpr std::int64_t kPanelColumns = 64;
/// Bytes of a row are taken so many at a time: a row of an AMX tile, 16 groups of a byte dot product.
inline constexpr std::int64_t kDepthMultiple = kTileBytes;
/// Rows are read so many at a time: those of an AMX tile.
inline constexpr std::int64_t kRowMultiple = kTileRows;

/// Rows of bytes as quantise_rows() makes them.
struct ByteRows {
  const std::uint8_t* bytes = nullptr;  ///< to read, up to the next kRowMultiple of rows; what is there may be anything
  std::int64_t stride = 0;              ///< from row to row: the panel's depth at least
  const float* scales = nullptr;        ///< [count]
  const std::int32_t* zeros = nullptr;  ///< [count]
  std::int64_t count = 0;
};

/// 64 rows of an int8 matrix, four bytes of each side by side: [depth / 4, 64, 4], and what belongs to each of them.
struct BytePanel {
  const std::int8_t* weights;
  std::int64_t depth;                ///< bytes of a row, zeros behind the matrix included: a multiple of kDepthMultiple
  const std::int32_t* negated_sums;  ///< [64], of the rows: times a zero of x, where sums begin
  const float* scales;               ///< [64]
  const float* biases;               ///< [64]
  std::int64_t columns;              ///< of the 64, those that are in the matrix
};

/// y = residual + relu(x · panelᵀ + bias) of one panel. The sums are exact and what follows them is computed alike, so
/// that all forms give the same. `ahead`: as many weights that are needed next, brought into the cache meanwhile.
using PanelProduct = void (*)(const ByteRows& x, const BytePanel& panel, const std::int8_t* ahead,
                              const PanelResults& results);

/// By AVX-512 VNNI.
bool has_byte_products();
void multiply_by_byte_products(const ByteRows& x, const BytePanel& panel, const std::int8_t* ahead,
                               const PanelResults& results);

/// By AMX, within a TileUse.
void multiply_by_tiles(const ByteRows& x, const BytePanel& panel, const std::int8_t* ahead,
                       const PanelResults& results);

}  // namespace dragoman
