#include "model/attention/positions/position_scheme.h"
#include "model/attention/positions/positional_encoding.h"
#include "model/model_config.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace dragoman {
namespace {

using torch::Tensor;

/// Vaswani et al. 2017, section 3.5.
class SinusoidalPositions : public PositionScheme {
 public:
  explicit SinusoidalPositions(const ModelConfig& config)
      : width_(config.width),
        layout_(config.positions_layout),
        table_(sinusoidal_positions(std::min(config.max_positions, kLargestTable), width_, layout_)) {}

  // Workers share the model, so the table is never grown in place: what lies beyond it is computed for this call alone.
  Tensor embedding(std::int64_t first, std::int64_t count, const Tensor& like) const override {
    const Tensor table =
        first + count <= table_.size(0) ? table_ : sinusoidal_positions(first + count, width_, layout_);
    return table.narrow(0, first, count).to(like.options());
  }

 private:
  static constexpr int kLargestTable = 4096;

  std::int64_t width_;
  PositionsLayout layout_;
  Tensor table_;  // [max_positions, or fewer, D]
};

}  // namespace

std::unique_ptr<PositionScheme> make_sinusoidal_positions(torch::nn::Module&, const ModelConfig& config,
                                                          const PositionPlace& place) {
  return place.in_attention ? nullptr : std::make_unique<SinusoidalPositions>(config);
}

}  // namespace dragoman
