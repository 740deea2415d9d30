#include "model/attention/positions/position_scheme.h"
#include "model/model_config.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr std::int64_t kBuckets = 32;
constexpr std::int64_t kFarthest = 128;  // from here on all distances share a bucket

/// The bucket of each distance key - query. Half of `buckets` are for single distances, the others grow with the
/// logarithm up to kFarthest.
Tensor buckets_of(const Tensor& distances, std::int64_t buckets) {
  const std::int64_t exact = buckets / 2;
  const auto first = static_cast<double>(exact), others = static_cast<double>(buckets - exact);
  // In this order a distance at which a bucket begins is in it, for all that are whole numbers.
  const Tensor share = at::log(distances.clamp_min(1).to(torch::kFloat64) / first) / std::log(kFarthest / first);
  const Tensor logarithmic = (share * others).to(torch::kInt64) + exact;
  return at::where(distances < exact, distances, logarithmic.clamp_max(buckets - 1));
}

/// A bias that each head learns for each bucket of distances (Raffel et al. 2020, section 2.1). T5 itself shares the
/// table among the layers of a stack, and does not divide scores by √d: that is for the config to say.
class T5Positions : public PositionScheme {
 public:
  T5Positions(torch::nn::Module& owner, const ModelConfig& config, Visibility visibility)
      : causal_(visibility == Visibility::causal),
        biases_(owner.register_parameter("position_biases", torch::empty({kBuckets, config.heads}))) {}

  bool leaves_scores() const override { return false; }
  bool adds_to_scores_alone() const override { return true; }

  Tensor bias(const Tensor& q, std::int64_t first, std::int64_t keys) const override {
    const Tensor distances = key_distances(first, q.size(2), keys, q.device());
    const Tensor buckets = causal_ ? buckets_of((-distances).clamp_min(0), kBuckets)
                                   : buckets_of(distances.abs(), kBuckets / 2) + (distances > 0) * (kBuckets / 2);
    return at::embedding(biases_, buckets).permute({2, 0, 1}).unsqueeze(0).to(q.scalar_type());
  }

 private:
  bool causal_;
  Tensor biases_;  // [buckets, H]
};

}  // namespace

std::unique_ptr<PositionScheme> make_t5_positions(torch::nn::Module& owner, const ModelConfig& config,
                                                  const PositionPlace& place) {
  if (!place.in_attention || (config.shared_position_biases && place.layer > 0)) return nullptr;
  return std::make_unique<T5Positions>(owner, config, place.visibility);
}

}  // namespace dragoman
