#include "kernels/digit_panel.h"

#include "base/rounding.h"
#include "base/vectorised.h"

#include <algorithm>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dragoman {

#if defined(__x86_64__)
namespace {

#define DRAGOMAN_DIGITS __attribute__((target("avx512f,avx512bw,avx512vnni,amx-tile,amx-int8")))

constexpr std::int64_t kHalf = kTileRows;
constexpr std::int64_t kTile = kTileRows * kTileBytes;
// Bytes of a panel from one 64 of its depth to the next, and of those from one digit to the next.
constexpr std::int64_t kDigitStride = 2 * kTile, kStepStride = kDigits * kDigitStride;

// Sums by place: of the products of digits a and b those of place a + b, each of which counts 256 of the next. Those of
// place 2 are two sums, which otherwise would wait for each other. The last place counts so much:
constexpr int kPlaces = 4;
constexpr float kLastPlace = 256.0F;

using Sums16 [[gnu::vector_size(64)]] = std::int32_t;

// Sums of 16 rows and 16 columns, on their way from the tiles to where they go.
struct alignas(64) DigitBlock {
  std::int32_t sums[kPlaces + 1][kTileRows][kHalf];
};

// 16 columns of results.
class DigitColumns {
 public:
  DRAGOMAN_DIGITS DigitColumns(const DigitPanel& panel, const PanelResults& results, std::int64_t first)
      : y_(results.y + first),
        residual_(results.residual ? results.residual + first : nullptr),
        stride_(results.stride),
        present_(static_cast<__mmask16>((1U << std::clamp<std::int64_t>(panel.columns - first, 0, kHalf)) - 1)),
        least_(Floats16{} + (results.relu ? 0.0F : -std::numeric_limits<float>::infinity())) {
    load(panel.scales + first, scales_);
    scales_ *= kLastPlace;
    load(panel.biases + first, biases_);
  }

  // i: of the block's rows
  [[gnu::always_inline]] DRAGOMAN_DIGITS inline void store(const DigitBlock& block, std::int64_t i, float row_scale,
                                                           std::int64_t row) const {
    const Sums16 third = sums(block.sums[2][i]) + sums(block.sums[kPlaces][i]);
    const Floats16 high = floats(sums(block.sums[0][i])) * 256.0F + floats(sums(block.sums[1][i]));
    const Floats16 low = floats(third) * 256.0F + floats(sums(block.sums[3][i]));
    Floats16 y = (high * 65536.0F + low) * scales_ * row_scale + biases_;
    y = y < least_ ? least_ : y;
    const std::int64_t at = row * stride_;
    if (residual_) y += reinterpret_cast<Floats16>(_mm512_maskz_loadu_ps(present_, residual_ + at));
    _mm512_mask_storeu_ps(y_ + at, present_, reinterpret_cast<__m512>(y));
  }

 private:
  [[gnu::always_inline]] DRAGOMAN_DIGITS static inline Sums16 sums(const std::int32_t* from) {
    Sums16 loaded;
    std::memcpy(&loaded, from, sizeof loaded);
    return loaded;
  }
  [[gnu::always_inline]] DRAGOMAN_DIGITS static inline Floats16 floats(const Sums16& sums) {
    return __builtin_convertvector(sums, Floats16);
  }

  float* y_;
  const float* residual_;
  std::int64_t stride_;
  __mmask16 present_;
  Floats16 least_, scales_, biases_;
};

class PanelOfDigits {
 public:
  DRAGOMAN_DIGITS PanelOfDigits(const DigitRows& x, const DigitPanel& panel, const std::int8_t* ahead,
                                const PanelResults& results)
      : x_(x),
        panel_(panel),
        columns_{DigitColumns(panel, results, 0), DigitColumns(panel, results, kHalf)},
        ahead_(ahead, kStepStride, divided_up(x.count, kTileRows) * divided_up(panel.columns, kHalf)) {}

  DRAGOMAN_DIGITS void run() {
    for (std::int64_t row = 0; row < x_.count; row += kTileRows) {
      for (int half = 0; half * kHalf < panel_.columns; ++half) {
        DigitBlock& block = blocks_[turn_ ^= 1];
        sum(row, half);
        store_tiles(block);
        finish_rows(kTileRows);
        pending_ = {&block, &columns_[half], row, std::min(kTileRows, x_.count - row), 0};
      }
    }
    finish_rows(kTileRows);
  }

 private:
  // What has been summed, and waits to be finished while the next sums are formed.
  struct Pending {
    const DigitBlock* block = nullptr;
    const DigitColumns* columns = nullptr;
    std::int64_t first_row = 0, rows = 0;
    std::int64_t done = 0;  // of the rows
  };

  // Tiles 0 to 3: sums by place, 4: those of place 2 that are products of the middle digits. 5 and 6: x, 7: weights.
  [[gnu::always_inline]] DRAGOMAN_DIGITS inline void sum(std::int64_t row, int half) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    const std::int8_t* digits = x_.digits + row * x_.stride;
    const std::int8_t* weights = panel_.weights + half * kTile;
    const std::int64_t steps = panel_.depth / kTileBytes, each = divided_up(kTileRows, steps);
    for (std::int64_t i = 0; i < steps; ++i, digits += kTileBytes, weights += kStepStride) {
      _tile_loadd(5, digits, x_.stride);
      _tile_loadd(6, digits + panel_.depth, x_.stride);
      _tile_loadd(7, weights, kTileBytes);
      _tile_dpbssd(0, 5, 7);
      _tile_dpbssd(1, 6, 7);
      _tile_loadd(7, weights + kDigitStride, kTileBytes);
      _tile_dpbssd(4, 6, 7);
      _tile_dpbssd(1, 5, 7);
      _tile_loadd(7, weights + 2 * kDigitStride, kTileBytes);
      _tile_dpbssd(2, 5, 7);
      _tile_dpbssd(3, 6, 7);
      _tile_loadd(5, digits + 2 * panel_.depth, x_.stride);
      _tile_loadd(7, weights, kTileBytes);
      _tile_dpbssd(2, 5, 7);
      _tile_loadd(7, weights + kDigitStride, kTileBytes);
      _tile_dpbssd(3, 5, 7);
      ahead_.bring();
      finish_rows(each);
    }
  }

  [[gnu::always_inline]] DRAGOMAN_DIGITS static inline void store_tiles(DigitBlock& block) {
    _tile_stored(0, block.sums[0][0], kTileBytes);
    _tile_stored(1, block.sums[1][0], kTileBytes);
    _tile_stored(2, block.sums[2][0], kTileBytes);
    _tile_stored(3, block.sums[3][0], kTileBytes);
    _tile_stored(4, block.sums[4][0], kTileBytes);
  }

  // The tiles' unit multiplies while vectors do this.
  [[gnu::always_inline]] DRAGOMAN_DIGITS inline void finish_rows(std::int64_t count) {
    const std::int64_t end = std::min(pending_.done + count, pending_.rows);
    for (; pending_.done < end; ++pending_.done) {
      const std::int64_t row = pending_.first_row + pending_.done;
      pending_.columns->store(*pending_.block, pending_.done, x_.scales[row], row);
    }
  }

  const DigitRows& x_;
  const DigitPanel& panel_;
  DigitColumns columns_[2];
  WeightsAhead ahead_;
  DigitBlock blocks_[2];
  int turn_ = 0;
  Pending pending_;
};

}  // namespace

DRAGOMAN_DIGITS void multiply_digit_panel(const DigitRows& x, const DigitPanel& panel, const std::int8_t* ahead,
                                          const PanelResults& results) {
  PanelOfDigits(x, panel, ahead, results).run();
}

#else

void multiply_digit_panel(const DigitRows&, const DigitPanel&, const std::int8_t*, const PanelResults&) {}

#endif

}  // namespace dragoman
