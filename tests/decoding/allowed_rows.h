#pragma once

#include "decoding/search/allowed_ids.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dragoman {

/// For `rows` rows of a step: `never` follows none of them, and `eos` none of those with an odd number.
inline std::vector<AllowedIds> allowed_rows(std::size_t rows, const std::vector<std::int32_t>& never,
                                            std::int32_t eos) {
  std::vector<AllowedIds> allowed(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    allowed[i].forbid(never);
    if (i % 2 == 1) allowed[i].forbid({&eos, 1});
  }
  return allowed;
}

}  // namespace dragoman
