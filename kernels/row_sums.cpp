#include "kernels/row_sums.h"

#include "base/bfloat16.h"
#include "base/vectorised.h"

namespace dragoman {

DRAGOMAN_CLONES void add_rows(const std::uint16_t* __restrict rows, std::int64_t count, std::int64_t width,
                              float* __restrict sums) {
  for (std::int64_t row = 0; row < count; ++row, rows += width) {
    for (std::int64_t i = 0; i < width; ++i) sums[i] += widened(rows[i]);
  }
}

}  // namespace dragoman
