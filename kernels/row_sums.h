#pragma once

#include <cstdint>

namespace dragoman {

/// Adds the rows [count, width], bfloat16 given by its bits, to the sums [width], one after the other.
void add_rows(const std::uint16_t* rows, std::int64_t count, std::int64_t width, float* sums);

}  // namespace dragoman
