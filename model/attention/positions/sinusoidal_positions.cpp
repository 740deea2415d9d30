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
        sinusoids_(config.sinusoids),
        offset_(config.first_position),
        table_(positions(std::min(config.max_positions, kLargestTable) + offset_)) {}

  // Workers share the model, so the table is never grown in place: what lies beyond it is computed for this call alone.
  Tensor embedding(std::int64_t first, std::int64_t count, const Tensor& like) const override {
    const std::int64_t begin = first + offset_;
    return table_up_to(begin + count).narrow(0, begin, count).to(like.options());
  }

  Tensor embedding_of_rows(const Tensor& positions, const Tensor& like) const override {
    const Tensor places = positions + offset_;
    return table_up_to(places.max().item<std::int64_t>() + 1).index_select(0, places).to(like.options());
  }

 private:
  Tensor table_up_to(std::int64_t end) const { return end <= table_.size(0) ? table_ : positions(end); }

  static constexpr int kLargestTable = 4096;

  Tensor positions(std::int64_t count) const { return sinusoidal_positions(count, width_, layout_, sinusoids_); }

  std::int64_t width_;
  PositionsLayout layout_;
  Sinusoids sinusoids_;
  int offset_;
  Tensor table_;  // [max_positions, or fewer, D]
};

}  // namespace

std::unique_ptr<PositionScheme> make_sinusoidal_positions(torch::nn::Module&, const ModelConfig& config,
                                                          const PositionPlace& place) {
  return place.in_attention ? nullptr : std::make_unique<SinusoidalPositions>(config);
}

}  // namespace dragoman
