#include "model/attention/positions/position_scheme.h"
#include "model/model_config.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {
namespace {

using torch::Tensor;

/// Vectors of distances, added to keys and to values (Shaw et al. 2018, equations 3 to 6): the distance key - query,
/// clipped to ± the config's largest, chooses one. Heads share them, layers do not.
class RelativePositions : public PositionScheme {
 public:
  RelativePositions(torch::nn::Module& owner, const ModelConfig& config)
      : largest_(config.largest_distance),
        keys_(owner.register_parameter("relative_keys", table(config))),
        values_(owner.register_parameter("relative_values", table(config))) {}

  bool leaves_scores() const override { return false; }

  // q · (vector of each distance) / √d, computed once a distance instead of once a key.
  Tensor bias(const Tensor& q, std::int64_t first, std::int64_t keys) const override {
    const Tensor scaled = q * (1.0 / std::sqrt(static_cast<double>(q.size(3))));
    const Tensor by_distance = at::matmul(scaled, keys_.to(q.scalar_type()).t());  // [B, H, T, distances]
    const Tensor index = distances(first, q.size(2), keys, q.device());
    return by_distance.gather(3, index.expand({q.size(0), q.size(1), index.size(0), index.size(1)}));
  }

  Tensor of_values(const Tensor& weights, std::int64_t first) const override {
    const Tensor index = distances(first, weights.size(2), weights.size(3), weights.device()).expand(weights.sizes());
    const Tensor by_distance =
        at::zeros({weights.size(0), weights.size(1), weights.size(2), values_.size(0)}, weights.options())
            .scatter_add(3, index, weights);
    return at::matmul(by_distance, values_.to(weights.scalar_type()));
  }

 private:
  static Tensor table(const ModelConfig& config) {
    return torch::empty({2 * config.largest_distance + 1, config.width_of_head()});
  }

  Tensor distances(std::int64_t first, std::int64_t count, std::int64_t keys, torch::Device device) const {
    return key_distances(first, count, keys, device).clamp_(-largest_, largest_).add_(largest_);
  }

  std::int64_t largest_;
  Tensor keys_, values_;  // [2 · largest + 1, d]
};

}  // namespace

std::unique_ptr<PositionScheme> make_relative_positions(torch::nn::Module& owner, const ModelConfig& config,
                                                        const PositionPlace& place) {
  return place.in_attention ? std::make_unique<RelativePositions>(owner, config) : nullptr;
}

}  // namespace dragoman
