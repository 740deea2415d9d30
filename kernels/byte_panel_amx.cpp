#include "base/rounding.h"
#include "kernels/byte_panel.h"
#include "kernels/byte_panel_results.h"
#include "kernels/tiles.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dragoman {

#if defined(__x86_64__)
namespace {

#define DRAGOMAN_AMX __attribute__((target("avx512f,avx512bw,avx512vnni,amx-tile,amx-int8")))

// Of a tile: 16 rows of 64 bytes, which are 16 sums or 64 bytes of x or the four bytes of each of 16 columns.
constexpr std::int64_t kRows = kRowMultiple;
constexpr std::int64_t kColumns = 16;
constexpr std::int64_t kBytes = kDepthMultiple;
// Bytes of a panel from one group of four of its rows to the next, and from one tile of it to the next.
constexpr std::int64_t kGroupStride = 4 * kPanelColumns;
constexpr std::int64_t kTileOfWeights = kBytes / 4 * kGroupStride;

// The sums of 32 rows and 32 columns of a panel, on their way from the tiles to where they go.
struct alignas(64) Block {
  std::int32_t sums[2 * kRows][2 * kColumns];
};

// What has been summed, and waits to be finished while the next sums are formed.
struct Pending {
  const Block* block = nullptr;
  std::int64_t first_row = 0, rows = 0, column = 0;
  std::int64_t done = 0;  // of the rows
};

class PanelByTiles {
 public:
  PanelByTiles(const ByteRows& x, const BytePanel& panel, const std::int8_t* ahead, const PanelResults& results)
      : x_(x), panel_(panel), results_(results), ahead_(ahead, kTileOfWeights, blocks_of(x, panel)) {}

  DRAGOMAN_AMX void run() {
    for (std::int64_t row = 0; row < x_.count; row += 2 * kRows) {
      for (std::int64_t column = 0; column < panel_.columns; column += 2 * kColumns) {
        Block& block = blocks_[turn_ ^= 1];
        if (row + kRows < x_.count) {
          sum<true>(row, column);
          _tile_stored(0, block.sums[0], sizeof block.sums[0]);
          _tile_stored(1, block.sums[0] + kColumns, sizeof block.sums[0]);
          _tile_stored(2, block.sums[kRows], sizeof block.sums[0]);
          _tile_stored(3, block.sums[kRows] + kColumns, sizeof block.sums[0]);
        } else {
          sum<false>(row, column);
          _tile_stored(0, block.sums[0], sizeof block.sums[0]);
          _tile_stored(1, block.sums[0] + kColumns, sizeof block.sums[0]);
        }
        finish_rows(2 * kRows);
        pending_ = {&block, row, std::min(2 * kRows, x_.count - row), column, 0};
      }
    }
    finish_rows(2 * kRows);
  }

 private:
  // kTwo: of two tiles of rows rather than one.
  template <bool kTwo>
  [[gnu::always_inline]] DRAGOMAN_AMX inline void sum(std::int64_t row, std::int64_t column) {
    _tile_zero(0);
    _tile_zero(1);
    if constexpr (kTwo) _tile_zero(2);
    if constexpr (kTwo) _tile_zero(3);
    const std::uint8_t* bytes = x_.bytes + row * x_.stride;
    const std::int8_t* weights = panel_.weights + 4 * column;
    const std::int64_t steps = panel_.depth / kBytes, each = (2 * kRows + steps - 1) / steps;
    for (std::int64_t i = 0; i < steps; ++i, bytes += kBytes, weights += kTileOfWeights) {
      _tile_loadd(4, bytes, x_.stride);
      _tile_loadd(6, weights, kGroupStride);
      _tile_dpbusd(0, 4, 6);
      _tile_loadd(7, weights + 4 * kColumns, kGroupStride);
      _tile_dpbusd(1, 4, 7);
      if constexpr (kTwo) {
        _tile_loadd(5, bytes + kRows * x_.stride, x_.stride);
        _tile_dpbusd(2, 5, 6);
        _tile_dpbusd(3, 5, 7);
      }
      ahead_.bring();
      finish_rows(each);
    }
  }

  // The tiles' unit multiplies while vectors do this.
  [[gnu::always_inline]] DRAGOMAN_AMX inline void finish_rows(std::int64_t count) {
    const std::int64_t begin = pending_.done, end = std::min(begin + count, pending_.rows);
    if (begin == end) return;
    const std::int64_t column = pending_.column;
    finish_half(begin, end, column, 0);
    if (column + kColumns < panel_.columns) finish_half(begin, end, column + kColumns, kColumns);
    pending_.done = end;
  }

  [[gnu::always_inline]] DRAGOMAN_AMX inline void finish_half(std::int64_t begin, std::int64_t end, std::int64_t column,
                                                              std::int64_t place) {
    const ResultColumns columns(panel_, results_, column);
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t row = pending_.first_row + i;
      Ints16 sums;
      std::memcpy(&sums, pending_.block->sums[i] + place, sizeof sums);
      columns.store(sums + columns.negated_sums() * x_.zeros[row], x_.scales[row], row);
    }
  }

  static std::int64_t blocks_of(const ByteRows& x, const BytePanel& panel) {
    return divided_up(x.count, 2 * kRows) * divided_up(panel.columns, 2 * kColumns);
  }

  const ByteRows& x_;
  const BytePanel& panel_;
  const PanelResults& results_;
  WeightsAhead ahead_;
  Block blocks_[2];
  int turn_ = 0;
  Pending pending_;
};

}  // namespace

DRAGOMAN_AMX void multiply_by_tiles(const ByteRows& x, const BytePanel& panel, const std::int8_t* ahead,
                                    const PanelResults& results) {
  PanelByTiles(x, panel, ahead, results).run();
}

#else

void multiply_by_tiles(const ByteRows&, const BytePanel&, const std::int8_t*, const PanelResults&) {}

#endif

}  // namespace dragoman
