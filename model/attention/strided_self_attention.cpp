#include "model/attention/local_self_attention.h"

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
  StridedSelfAttention(const ModelConfig& config, const ForwardContextPtr& context, const AttentionSite& site)
      : LocalSelfAttentionImpl(config, context, site),
        stride_(config.attention_window),
        strides_(site.layer % 2 == 1) {}

 protected:
  Tensor attend(const Tensor& q, const KeysValues& own, const Tensor& bias, Visibility visibility) const override {
    if (!strides_) return LocalSelfAttentionImpl::attend(q, own, bias, visibility);
    return core().is_observed() ? attend_to_all(q, own, bias, visibility) : attend_by_class(q, own, bias, visibility);
  }

  Tensor attend_cached(const Tensor& q, const Tensor& cache, const CacheIndex& index) const override {
    if (!strides_) return LocalSelfAttentionImpl::attend_cached(q, cache, index);
    return core().attend_cached(q, cache, index.every(stride_));
  }

 private:
  // The positions of one class, equal modulo the stride, become a sequence of their own.
  Tensor attend_by_class(const Tensor& q, const KeysValues& own, const Tensor& bias, Visibility visibility) const {
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
    const Tensor attended = core().attend(by_class(q, 0), {by_class(own.keys, 0), by_class(own.values, 0)}, mask,
                                          {visibility}, is_training());
    return attended.view({batch, stride_, q.size(1), steps, q.size(3)})
        .permute({0, 2, 3, 1, 4})
        .reshape({batch, q.size(1), steps * stride_, q.size(3)})
        .narrow(2, 0, length);
  }

  // For an observer: the same with the weights of all pairs, as long as nothing but the mask depends on positions.
  Tensor attend_to_all(const Tensor& q, const KeysValues& own, const Tensor& bias, Visibility visibility) const {
    TORCH_CHECK(!core().scores_positions(), "strided attention with positions in the scores cannot be observed");
    const std::int64_t length = q.size(2);
    const Tensor distances = key_distances(0, length, length, q.device());
    Tensor hidden = distances.remainder(stride_) != 0;
    if (visibility == Visibility::causal) hidden = hidden.logical_or(distances > 0);
    Tensor mask = at::zeros({length, length}, q.options().requires_grad(false)).masked_fill_(hidden, -INFINITY);
    if (bias.defined())
      mask = (mask + bias).diagonal_scatter(at::zeros({q.size(0), 1, length}, mask.options()), 0, 2, 3);
    return core().attend(q, own, mask, {Visibility::all}, is_training());
  }

  std::int64_t stride_;
  bool strides_;
};

}  // namespace

std::shared_ptr<SelfAttentionBase> make_strided_self_attention(const ModelConfig& config,
                                                               const ForwardContextPtr& context,
                                                               const AttentionSite& site) {
  return std::make_shared<StridedSelfAttention>(config, context, site);
}

}  // namespace dragoman
