#include "model/attention/scores/attention_score.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

using torch::Tensor;

/// v · tanh(W q + U k) with one v [d] a head (Bahdanau et al. 2015, section A.1.2). W and U are the projections that
/// have made queries and keys. Takes T · S · d numbers of memory a head.
class AdditiveScore : public AttentionScore {
 public:
  AdditiveScore(torch::nn::Module& owner, std::int64_t heads, std::int64_t width)
      : vector_(owner.register_parameter("score_vector", torch::empty({heads, width}))) {}

  Tensor scores(const Tensor& q, const Tensor& k) const override {
    const Tensor sums = at::tanh(q.unsqueeze(3) + k.unsqueeze(2));  // [B, H, T, S, d]
    const Tensor vectors = vector_.to(q.scalar_type()).view({1, vector_.size(0), 1, vector_.size(1), 1});
    return at::matmul(sums, vectors).squeeze(4);
  }
  bool is_dot_product() const override { return false; }
  Tensor scaled_dot_queries(const Tensor& q) const override {
    TORCH_CHECK(false, "no dot product, queries ", q.sizes());
  }

 private:
  Tensor vector_;  // [H, d]
};

}  // namespace

std::unique_ptr<AttentionScore> make_additive_score(torch::nn::Module& owner, std::int64_t heads, std::int64_t width) {
  return std::make_unique<AdditiveScore>(owner, heads, width);
}

}  // namespace dragoman
