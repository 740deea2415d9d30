#include "model/attention/positions/position_scheme.h"
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
  explicit RotaryPositions(std::int64_t half) : half_(half) {}

  Tensor rotate(const Tensor& x, std::int64_t first) const override {
    const auto [cosines, sines] = table(first, x.size(2), x.options());
    const Tensor low = x.narrow(3, 0, half_), high = x.narrow(3, half_, half_);
    return at::cat({low * cosines - high * sines, high * cosines + low * sines}, 3);
  }

  std::optional<Rotation> rotation(std::int64_t count) const override { return table(0, count, torch::kFloat32); }

 private:
  Rotation table(std::int64_t first, std::int64_t count, const torch::TensorOptions& type) const {
    const auto options = torch::dtype(torch::kFloat64).device(type.device());
    const Tensor rates = at::exp(at::arange(half_, options) * (-std::log(10000.0) / static_cast<double>(half_)));
    const Tensor angles = at::arange(first, first + count, options).unsqueeze(1) * rates;  // [T, d/2]
    return {at::cos(angles).to(type.dtype()), at::sin(angles).to(type.dtype())};
  }

  std::int64_t half_;  // d/2
};

}  // namespace

std::unique_ptr<PositionScheme> make_rotary_positions(torch::nn::Module&, const ModelConfig& config,
                                                      const PositionPlace& place) {
  const std::int64_t width = config.width_of_head();
  if (width % 2 != 0)
    throw std::invalid_argument("rotary positions need heads of an even width; choose other heads or another width");
  return place.in_attention ? std::make_unique<RotaryPositions>(width / 2) : nullptr;
}

}  // namespace dragoman
