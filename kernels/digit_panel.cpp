#include "kernels/digit_panel.h"

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

// Of the places that are summed; each of the others counts 256 of the next.
constexpr float kLowestPlace = 65536.0F;

using Sums16 [[gnu::vector_size(64)]] = std::int32_t;

// Sums of 16 rows and the 32 columns of a panel, those of each place, on their way from the tiles to where they go.
struct alignas(64) DigitBlock {
  std::int32_t sums[kDigits][kTileRows][kDigitPanelColumns];
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
    scales_ *= kLowestPlace;
    load(panel.biases + first, biases_);
  }

  [[gnu::always_inline]] DRAGOMAN_DIGITS inline void store(const std::int32_t* high, const std::int32_t* middle,
                                                           const std::int32_t* low, float row_scale,
                                                           std::int64_t row) const {
    const Floats16 sum = (floats(high) * 256.0F + floats(middle)) * 256.0F + floats(low);
    Floats16 y = sum * scales_ * row_scale + biases_;
    y = y < least_ ? least_ : y;
    const std::int64_t at = row * stride_;
    if (residual_) y += reinterpret_cast<Floats16>(_mm512_maskz_loadu_ps(present_, residual_ + at));
    _mm512_mask_storeu_ps(y_ + at, present_, reinterpret_cast<__m512>(y));
  }

 private:
  [[gnu::always_inline]] DRAGOMAN_DIGITS static inline Floats16 floats(const std::int32_t* sums) {
    Sums16 loaded;
    std::memcpy(&loaded, sums, sizeof loaded);
    return __builtin_convertvector(loaded, Floats16);
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
        ahead_(ahead) {
    const std::int64_t blocks = (x.count + kTileRows - 1) / kTileRows, lines = kStepStride / kTileBytes;
    ahead_each_ = (lines + blocks - 1) / blocks * kTileBytes;
  }

  DRAGOMAN_DIGITS void run() {
    for (std::int64_t row = 0; row < x_.count; row += kTileRows) {
      DigitBlock& block = blocks_[turn_ ^= 1];
      sum(row);
      store_tiles(block);
      finish_rows(kTileRows);
      pending_ = {&block, row, std::min(kTileRows, x_.count - row), 0};
    }
    finish_rows(kTileRows);
  }

 private:
  // What has been summed, and waits to be finished while the next sums are formed.
  struct Pending {
    const DigitBlock* block = nullptr;
    std::int64_t first_row = 0, rows = 0;
    std::int64_t done = 0;  // of the rows
  };

  // Tiles 0 to 2: sums of the first half by their place, the highest first; 3 to 5: those of the second.
  [[gnu::always_inline]] DRAGOMAN_DIGITS inline void sum(std::int64_t row) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    _tile_zero(5);
    const std::int8_t* digits = x_.digits + row * x_.stride;
    const std::int8_t* weights = panel_.weights;
    const std::int64_t steps = panel_.depth / kTileBytes, each = (kTileRows + steps - 1) / steps;
    for (std::int64_t i = 0; i < steps; ++i, digits += kTileBytes, weights += kStepStride) {
      const std::int8_t* const middle = weights + kDigitStride;
      const std::int8_t* const low = middle + kDigitStride;
      _tile_loadd(6, digits, x_.stride);
      add_to_high(weights);
      add_to_middle(middle);
      add_to_low(low);
      _tile_loadd(6, digits + panel_.depth, x_.stride);
      add_to_middle(weights);
      add_to_low(middle);
      _tile_loadd(6, digits + 2 * panel_.depth, x_.stride);
      add_to_low(weights);
      bring_ahead();
      finish_rows(each);
    }
  }

  // Products of what tile 6 holds and both halves of the weights, to the sums of a place; g++ wants tiles by numbers.
  [[gnu::always_inline]] DRAGOMAN_DIGITS static inline void add_to_high(const std::int8_t* weights) {
    _tile_loadd(7, weights, kTileBytes);
    _tile_dpbssd(0, 6, 7);
    _tile_loadd(7, weights + kTile, kTileBytes);
    _tile_dpbssd(3, 6, 7);
  }
  [[gnu::always_inline]] DRAGOMAN_DIGITS static inline void add_to_middle(const std::int8_t* weights) {
    _tile_loadd(7, weights, kTileBytes);
    _tile_dpbssd(1, 6, 7);
    _tile_loadd(7, weights + kTile, kTileBytes);
    _tile_dpbssd(4, 6, 7);
  }
  [[gnu::always_inline]] DRAGOMAN_DIGITS static inline void add_to_low(const std::int8_t* weights) {
    _tile_loadd(7, weights, kTileBytes);
    _tile_dpbssd(2, 6, 7);
    _tile_loadd(7, weights + kTile, kTileBytes);
    _tile_dpbssd(5, 6, 7);
  }

  [[gnu::always_inline]] DRAGOMAN_DIGITS static inline void store_tiles(DigitBlock& block) {
    constexpr std::int64_t kStride = sizeof block.sums[0][0];
    _tile_stored(0, block.sums[0][0], kStride);
    _tile_stored(1, block.sums[1][0], kStride);
    _tile_stored(2, block.sums[2][0], kStride);
    _tile_stored(3, block.sums[0][0] + kHalf, kStride);
    _tile_stored(4, block.sums[1][0] + kHalf, kStride);
    _tile_stored(5, block.sums[2][0] + kHalf, kStride);
  }

  // The tiles' unit multiplies while vectors do this.
  [[gnu::always_inline]] DRAGOMAN_DIGITS inline void finish_rows(std::int64_t count) {
    const std::int64_t end = std::min(pending_.done + count, pending_.rows);
    for (; pending_.done < end; ++pending_.done) {
      const std::int64_t i = pending_.done, row = pending_.first_row + i;
      const auto& sums = pending_.block->sums;
      columns_[0].store(sums[0][i], sums[1][i], sums[2][i], x_.scales[row], row);
      if (panel_.columns > kHalf)
        columns_[1].store(sums[0][i] + kHalf, sums[1][i] + kHalf, sums[2][i] + kHalf, x_.scales[row], row);
    }
  }

  [[gnu::always_inline]] DRAGOMAN_DIGITS inline void bring_ahead() {
    for (const std::int8_t* const end = ahead_ + ahead_each_; ahead_ < end; ahead_ += kTileBytes)
      __builtin_prefetch(ahead_, 0, 2);
  }

  const DigitRows& x_;
  const DigitPanel& panel_;
  DigitColumns columns_[2];
  const std::int8_t* ahead_;
  std::int64_t ahead_each_;  // bytes a step, so that the last step of all brings the last of them
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
