#include "model/attention/positions/positional_encoding.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {

torch::Tensor sinusoidal_positions(std::int64_t count, std::int64_t width, PositionsLayout layout,
                                   Sinusoids sinusoids) {
  TORCH_CHECK(width % 2 == 0, "sinusoidal_positions: the width is ", width, ", but must be even");
  const auto options = torch::dtype(torch::kFloat64);
  const torch::Tensor position = at::arange(count, options).unsqueeze(1);
  const auto half = static_cast<double>(width / 2);
  const double step = std::log(10000.0) / (sinusoids == Sinusoids::paper ? half : half - 1);
  const torch::Tensor rate = at::exp(at::arange(width / 2, options) * -step);
  const torch::Tensor angle = position * rate;  // [count, D/2]
  return layout == PositionsLayout::interleaved ? at::stack({at::sin(angle), at::cos(angle)}, 2).flatten(1)
                                                : at::cat({at::sin(angle), at::cos(angle)}, 1);
}

}  // namespace dragoman
