#include "model/attention/forms/local_self_attention.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {
namespace {

using torch::Tensor;

/// Layers take turns: those with even numbers see a window of w positions on each side, the others every w-th position
/// from their own on, so that two layers reach everywhere (Child et al. 2019, section 4.2, interleaved). Time and
/// memory grow with T · (w + T / w). What positions add to scores counts the positions that are seen.
class StridedSelfAttention : public LocalSelfAttentionImpl {
 public:
  StridedSelfAttention(const ModelConfig& config, RandomSites& sites, const AttentionSite& site)
      : LocalSelfAttentionImpl(config, sites, site), stride_(config.attention_window), strides_(site.layer % 2 == 1) {}

 protected:
  Tensor attend(const Pass& pass, const Tensor& qkv, const Tensor& bias, Visibility visibility) const override {
    if (!strides_) return LocalSelfAttentionImpl::attend(pass, qkv, bias, visibility);
    return join_heads(attend_by_class(pass, core().split({qkv, {}}), bias, visibility));
  }

  Tensor attend_cached(const Tensor& q, const Tensor& cache, const CacheIndex& index) const override {
    if (!strides_) return LocalSelfAttentionImpl::attend_cached(q, cache, index);
    return core().attend_cached(q, cache, index.every(stride_));
  }

 private:
  // The positions of one class, equal modulo the stride, become a sequence of their own.
  Tensor attend_by_class(const Pass& pass, const SplitHeads& heads, const Tensor& bias, Visibility visibility) const {
    const auto& [q, own] = heads;
    const std::int64_t batch = q.size(0), length = q.size(2), steps = (length + stride_ - 1) / stride_;
    const auto by_class = [&](const Tensor& x, double filling) {  // [B, n, T, d] → [B · stride, n, steps, d]
      const Tensor filled = at::constant_pad_nd(x, {0, 0, 0, steps * stride_ - length}, filling);
      return filled.view({batch, x.size(1), steps, stride_, x.size(3)}).permute({0, 3, 1, 2, 4}).flatten(0, 1);
    };
    Tensor mask;
    if (bias.defined()) {
      const Tensor tokens = by_class(bias.expand({batch, 1, 1, length}).transpose(2, 3), -INFINITY);
      mask = tokens.transpose(2, 3).expand({batch * stride_, 1, steps, steps});
      // A position of padding in a class of padding sees itself: a softmax over nothing would be NaN.
      mask = mask.diagonal_scatter(at::zeros({batch * stride_, 1, steps}, mask.options()), 0, 2, 3);
    }
    // [B · stride, H, steps, d] → [B, H, T, d]
    const auto in_order = [&](const Tensor& x) {
      const Tensor parts = x.view({batch, stride_, x.size(1), steps, x.size(3)}).permute({0, 2, 3, 1, 4});
      return parts.reshape({batch, x.size(1), steps * stride_, x.size(3)}).narrow(2, 0, length);
    };
    const Tensor queries = by_class(q, 0);
    const KeysValues memory{by_class(own.keys, 0), by_class(own.values, 0)};
    if (!core().is_observed(pass))
      return in_order(core().attend(pass, queries, memory, mask, {visibility}, is_training()));
    const ObservedAttention observed = core().observe(queries, memory, mask, {visibility});
    return core().show(pass, weights_of_all(observed.weights, batch, length), in_order(observed.output));
  }

  // [B · stride, H, steps, steps] → [B, H, T, T]
  Tensor weights_of_all(const Tensor& of_classes, std::int64_t batch, std::int64_t length) const {
    const std::int64_t heads = of_classes.size(1), steps = of_classes.size(2), filled = steps * stride_;
    const Tensor all = at::zeros({batch, heads, steps, stride_, steps, stride_}, of_classes.options());
    all.diagonal(0, 3, 5).copy_(of_classes.view({batch, stride_, heads, steps, steps}).permute({0, 2, 3, 4, 1}));
    return all.view({batch, heads, filled, filled}).narrow(2, 0, length).narrow(3, 0, length);
  }

  std::int64_t stride_;
  bool strides_;
};

}  // namespace

std::shared_ptr<SelfAttentionBase> make_strided_self_attention(const ModelConfig& config, RandomSites& sites,
                                                               const AttentionSite& site) {
  return std::make_shared<StridedSelfAttention>(config, sites, site);
}

}  // namespace dragoman
