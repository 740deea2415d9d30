#pragma once

#include <cstdint>

namespace dragoman {

/// Where the results of one panel go, row by row.
struct PanelResults {
  const float* residual;  ///< added to them, with their stride; or null
  float* y;
  std::int64_t stride;
  bool relu;
};

}  // namespace dragoman
