#include "model/attention/scores/attention_score.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {
namespace {

using torch::Tensor;

/// q · k / √d (Vaswani et al. 2017, section 3.2.1).
class ScaledDotScore : public AttentionScore {
 public:
  Tensor scores(const Tensor& q, const Tensor& k) const override {
    return at::matmul(q * *factor(q.size(3)), k.transpose(2, 3));
  }
  std::optional<double> factor(std::int64_t width) const override {
    return 1.0 / std::sqrt(static_cast<double>(width));
  }
  Tensor scaled_dot_queries(const Tensor& q) const override { return q; }
};

}  // namespace

std::unique_ptr<AttentionScore> make_scaled_dot_score(torch::nn::Module&, std::int64_t, std::int64_t) {
  return std::make_unique<ScaledDotScore>();
}

}  // namespace dragoman
