#pragma once

#include "model/model_config.h"

#include <torch/types.h>

#include <optional>

namespace dragoman {

/// Sinusoids by one of our formulas.
struct PositionFormula {
  PositionsLayout layout;
  Sinusoids sinusoids;
  int first;     ///< the position of the first row
  double error;  ///< the largest difference of a number in the table

  /// Whether both are of the same positions.
  bool same(const PositionFormula& other) const {
    return layout == other.layout && sinusoids == other.sinusoids && first == other.first;
  }
};

/// The formula that a table [P, D] was made by, in fp32 and then rounded by no more than `rounding`; nothing if it is
/// another one, or too short to tell.
std::optional<PositionFormula> formula_of(const torch::Tensor& table, double rounding);

}  // namespace dragoman
