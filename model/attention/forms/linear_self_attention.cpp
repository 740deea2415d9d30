#include "model/attention/attention_core.h"
#include "model/attention/forms/self_attention_form.h"
#include "model/layers/linear.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

using torch::Tensor;

// Positions of one chunk of a causal sequence see each other by a small matrix of weights, and those before the chunk
// by one sum.
constexpr std::int64_t kChunk = 64;

/// elu(x) + 1, the feature map: what takes the place of exp().
Tensor features(const Tensor& x) {
  return at::elu(x) + 1;
}

/// Values with a 1 behind each, so that one sum makes numerator and denominator. [..., d] → [..., d + 1]
Tensor with_one(const Tensor& values) {
  std::vector<std::int64_t> shape = values.sizes().vec();
  shape.back() = 1;
  return at::cat({values, at::ones(shape, values.options().requires_grad(false))}, -1);
}

/// [..., d + 1] → [..., d]
Tensor normalised(const Tensor& sums) {
  const std::int64_t width = sums.size(-1) - 1;
  return sums.narrow(-1, 0, width) / sums.narrow(-1, width, 1).clamp_min(1e-6);
}

struct SumState : SelfAttentionState {
  Tensor sums;  // [R, H, d, d + 1]: of features(key) · valueᵀ, 1 behind each value
};

/// Attention with a kernel instead of the softmax: out = φ(q)ᵀ Σ φ(k) vᵀ / φ(q)ᵀ Σ φ(k) with φ = elu + 1
/// (Katharopoulos et al. 2020, equations 4 to 7). Time and memory grow with T · d; a step of a search costs the same
/// at any position (section 3.4).
class LinearSelfAttention : public SelfAttentionBase {
 public:
  LinearSelfAttention(const ModelConfig& config, const AttentionSite& site)
      : site_(site),
        heads_(config.heads),
        qkv_(register_module("qkv", Linear(config.width, 3 * config.query_width(), config.projection_bias))),
        output_(register_module("output", Linear(config.query_width(), config.width, config.projection_bias))) {}

  Tensor forward(const Pass& pass, const Tensor& x, const Tensor& bias, Visibility visibility,
                 const Tensor& residual) const override {
    TORCH_CHECK(x.dim() == 3, "linear self-attention: the input must have shape [B, T, D], not ", x.sizes());
    const auto parts = split_heads(qkv_->forward(pass, x), 3 * heads_).chunk(3, 1);
    const Tensor q = features(parts[0]), values = with_one(parts[2]);
    Tensor keys = features(parts[1]);
    if (bias.defined()) keys = keys * (bias == 0).to(keys.scalar_type()).transpose(2, 3);
    const Tensor sums = is_observed(pass, site_)        ? observed(pass, q, keys, values, visibility)
                        : visibility == Visibility::all ? at::matmul(q, at::matmul(keys.transpose(2, 3), values))
                                                        : causal(q, keys, values);
    return output_->forward(pass, join_heads(normalised(sums)), {.residual = residual});
  }

  std::unique_ptr<SelfAttentionState> start(std::optional<c10::ScalarType>) const override {
    return std::make_unique<SumState>();
  }

  Tensor step(const Pass& pass, const Tensor& x, SelfAttentionState& opaque, const DecoderIndex& index,
              const Tensor& residual) const override {
    auto& state = static_cast<SumState&>(opaque);
    const auto parts = qkv_->forward(pass, x).view({x.size(0), 3 * heads_, 1, -1}).chunk(3, 1);
    const Tensor added = at::matmul(features(parts[1]).transpose(2, 3), with_one(parts[2]));
    state.sums = state.sums.defined() ? index.continued(state.sums) + added : added;
    const Tensor heads = normalised(at::matmul(features(parts[0]), state.sums));  // [R, H, 1, d]
    return output_->forward(pass, heads.reshape({x.size(0), -1}), {.residual = residual});
  }

 private:
  // q, keys: [B, H, T, d]; values: [B, H, T, d + 1] → [B, H, T, d + 1]
  static Tensor causal(const Tensor& q, const Tensor& keys, const Tensor& values) {
    std::vector<Tensor> chunks;
    Tensor before;  // [B, H, d, d + 1]
    for (std::int64_t first = 0; first < q.size(2); first += kChunk) {
      const std::int64_t count = std::min(kChunk, q.size(2) - first);
      const Tensor of_q = q.narrow(2, first, count), of_keys = keys.narrow(2, first, count),
                   of_values = values.narrow(2, first, count);
      const Tensor inside = at::matmul(at::matmul(of_q, of_keys.transpose(2, 3)).tril(), of_values);
      chunks.push_back(before.defined() ? inside + at::matmul(of_q, before) : inside);
      const Tensor sum = at::matmul(of_keys.transpose(2, 3), of_values);
      before = before.defined() ? before + sum : sum;
    }
    return at::cat(chunks, 2);
  }

  // What an observer returns has a denominator of 1.
  Tensor observed(const Pass& pass, const Tensor& q, const Tensor& keys, const Tensor& values,
                  Visibility visibility) const {
    Tensor weights = at::matmul(q, keys.transpose(2, 3));
    if (visibility == Visibility::causal) weights = weights.tril();
    weights = weights / weights.sum(-1, true).clamp_min(1e-6);
    return with_one(pass.observer->see(site_, weights, normalised(at::matmul(weights, values))));
  }

  AttentionSite site_;
  std::int64_t heads_;
  Linear qkv_;     // [3 · H · d, D]
  Linear output_;  // [D, H · d]
};

}  // namespace

std::shared_ptr<SelfAttentionBase> make_linear_self_attention(const ModelConfig& config, RandomSites&,
                                                              const AttentionSite& site) {
  return std::make_shared<LinearSelfAttention>(config, site);
}

}  // namespace dragoman
