#include "model/attention/positions/position_scheme.h"
#include "model/model_config.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

/// 2^(-8/n), 2^(-16/n), … for n heads; where n is no power of two, those of the power below, then every other one of
/// the power above.
std::vector<double> slopes_of(std::int64_t heads) {
  std::int64_t power = 1;
  while (2 * power <= heads) power *= 2;
  std::vector<double> slopes;
  for (std::int64_t i = 1; i <= power; ++i)
    slopes.push_back(std::exp2(-8.0 * static_cast<double>(i) / static_cast<double>(power)));
  for (std::int64_t i = 1; i <= heads - power; ++i)
    slopes.push_back(std::exp2(-4.0 * static_cast<double>(2 * i - 1) / static_cast<double>(power)));
  return slopes;
}

/// -slope · |distance|, a slope a head (Press et al. 2022, section 3); in an encoder, which sees both sides, symmetric.
class AlibiPositions : public PositionScheme {
 public:
  explicit AlibiPositions(std::int64_t heads)
      : slopes_(at::tensor(slopes_of(heads), torch::kFloat64).view({1, heads, 1, 1})) {}

  bool leaves_scores() const override { return false; }
  bool adds_to_scores_alone() const override { return true; }

  Tensor bias(const Tensor& q, std::int64_t first, std::int64_t keys) const override {
    const Tensor distances = key_distances(first, q.size(2), keys, q.device()).abs();
    return (slopes_.to(q.device()) * -distances).to(q.scalar_type());
  }

 private:
  Tensor slopes_;  // [1, H, 1, 1]
};

}  // namespace

std::unique_ptr<PositionScheme> make_alibi_positions(torch::nn::Module&, const ModelConfig& config,
                                                     const PositionPlace& place) {
  return place.in_attention ? std::make_unique<AlibiPositions>(config.heads) : nullptr;
}

}  // namespace dragoman
