#include "model/attention/scores/attention_score.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {
namespace {

using torch::Tensor;

/// qᵀ · W · k with one W [d, d] a head (Luong et al. 2015, section 3.1, "general").
class GeneralScore : public AttentionScore {
 public:
  GeneralScore(torch::nn::Module& owner, std::int64_t heads, std::int64_t width)
      : heads_(heads), weight_(owner.register_parameter("score_weight", torch::empty({heads * width, width}))) {}

  Tensor scores(const Tensor& q, const Tensor& k) const override {
    return at::matmul(transformed(q), k.transpose(2, 3));
  }
  Tensor scaled_dot_queries(const Tensor& q) const override {
    return transformed(q) * std::sqrt(static_cast<double>(q.size(3)));
  }

 private:
  Tensor transformed(const Tensor& q) const {
    return at::matmul(q, weight_.to(q.scalar_type()).view({heads_, q.size(3), q.size(3)}));
  }

  std::int64_t heads_;
  Tensor weight_;  // [H · d, d], head by head
};

}  // namespace

std::unique_ptr<AttentionScore> make_general_score(torch::nn::Module& owner, std::int64_t heads, std::int64_t width) {
  return std::make_unique<GeneralScore>(owner, heads, width);
}

}  // namespace dragoman
