#include "model/attention/scores/attention_score.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {
namespace {

using torch::Tensor;

/// q · k (Luong et al. 2015, section 3.1, "dot").
class DotScore : public AttentionScore {
 public:
  Tensor scores(const Tensor& q, const Tensor& k) const override { return at::matmul(q, k.transpose(2, 3)); }
  std::optional<double> factor(std::int64_t) const override { return 1; }
  Tensor scaled_dot_queries(const Tensor& q) const override { return q * std::sqrt(static_cast<double>(q.size(3))); }
};

}  // namespace

std::unique_ptr<AttentionScore> make_dot_score(torch::nn::Module&, std::int64_t, std::int64_t) {
  return std::make_unique<DotScore>();
}

}  // namespace dragoman
