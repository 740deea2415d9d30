#include "model/attention/position_scheme.h"
#include "model/model_config.h"

#include <ATen/ATen.h>

#include <cmath>
#include <stdexcept>

namespace dragoman {
namespace {

using torch::Tensor;

/// Pairs of numbers (i, i + d/2) of queries and keys turned by position · 10000^(-2i/d), so that their dot product
/// depends on the distance alone (Su et al. 2021, section 3.2; halves as in GPT-NeoX and Llama, not interleaved).
class RotaryPositions : public PositionScheme {
 public:
  Tensor rotate(const Tensor& x, std::int64_t first) override {
    const std::int64_t half = x.size(3) / 2;
    const auto options = torch::dtype(torch::kFloat64).device(x.device());
    const Tensor rates = at::exp(at::arange(half, options) * (-std::log(10000.0) / static_cast<double>(half)));
    const Tensor angles = at::arange(first, first + x.size(2), options).unsqueeze(1) * rates;  // [T, d/2]
    const Tensor cosines = at::cos(angles).to(x.scalar_type()), sines = at::sin(angles).to(x.scalar_type());
    const Tensor low = x.narrow(3, 0, half), high = x.narrow(3, half, half);
    return at::cat({low * cosines - high * sines, high * cosines + low * sines}, 3);
  }
};

}  // namespace

std::unique_ptr<PositionScheme> make_rotary_positions(torch::nn::Module&, const ModelConfig& config,
                                                      const PositionPlace& place) {
  if (config.width / config.heads % 2 != 0)
    throw std::invalid_argument("rotary positions need heads of an even width; choose other heads or another width");
  return place.in_attention ? std::make_unique<RotaryPositions>() : nullptr;
}

}  // namespace dragoman
