#include "model/attention/forms/local_self_attention.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {
namespace {

using torch::Tensor;

/// [B, n, T, d] → [B · blocks, n, (before + 1 + after) · size, d]: each block with its neighbours, zeros beyond the
/// ends. T is blocks · size.
Tensor with_neighbours(const Tensor& x, std::int64_t size, std::int64_t before, std::int64_t after) {
  const Tensor padded = at::constant_pad_nd(x, {0, 0, before * size, after * size});
  // [B, n, blocks, d, width] → [B, blocks, n, width, d]
  const Tensor blocks = padded.unfold(2, (before + 1 + after) * size, size).permute({0, 2, 1, 4, 3});
  return blocks.flatten(0, 1);
}

}  // namespace

Tensor attend_to_window(const Pass& pass, const AttentionCore& core, const SplitHeads& heads, const Tensor& bias,
                        Visibility visibility, std::int64_t window, bool training) {
  const auto& [q, own] = heads;
  const std::int64_t batch = q.size(0), length = q.size(2), size = window;
  const bool causal = visibility == Visibility::causal;
  if (core.is_observed(pass) || length <= 2 * size) {
    const Tensor distances = key_distances(0, length, length, q.device());
    const Tensor hidden = (distances < -window).logical_or(distances > (causal ? 0 : window));
    Tensor band = at::zeros({length, length}, q.options().requires_grad(false)).masked_fill_(hidden, -INFINITY);
    // A position of padding whose window is all padding sees itself: a softmax over nothing would be NaN.
    if (bias.defined()) band = (band + bias).diagonal_scatter(at::zeros({batch, 1, length}, band.options()), 0, 2, 3);
    return core.attend(pass, q, own, band, {Visibility::all}, training);
  }
  const std::int64_t blocks = (length + size - 1) / size, missing = blocks * size - length, after = causal ? 0 : 1;
  const auto filled = [&](const Tensor& x) { return at::constant_pad_nd(x, {0, 0, 0, missing}); };
  const std::int64_t width = (2 + after) * size;
  const Tensor block_distances = key_distances(size, size, width, q.device());
  const Tensor hidden = (block_distances < -window).logical_or(block_distances > (causal ? 0 : window));
  const Tensor band = at::zeros({size, width}, q.options().requires_grad(false)).masked_fill_(hidden, -INFINITY);
  // Which keys are tokens: those beyond the ends are not.
  const Tensor tokens = bias.defined() ? bias.view({bias.size(0), 1, length, 1})
                                       : at::zeros({1, 1, length, 1}, q.options().requires_grad(false));
  Tensor ends = at::constant_pad_nd(tokens, {0, 0, size, missing + after * size}, -INFINITY);
  ends = ends.expand({batch, 1, ends.size(2), 1}).unfold(2, width, size).permute({0, 2, 1, 3, 4}).flatten(0, 1);
  Tensor mask = band + ends.view({batch * blocks, 1, 1, width});  // [B · blocks, 1, size, width]
  mask = mask.diagonal_scatter(at::zeros({mask.size(0), 1, size}, mask.options()), size, 2, 3);  // see above
  const Tensor attended = core.attend(
      pass, with_neighbours(filled(q), size, 0, 0),
      {with_neighbours(filled(own.keys), size, 1, after), with_neighbours(filled(own.values), size, 1, after)}, mask,
      {Visibility::all, size}, training);
  return attended.view({batch, blocks, q.size(1), size, q.size(3)})
      .transpose(1, 2)
      .reshape({batch, q.size(1), blocks * size, q.size(3)})
      .narrow(2, 0, length);
}

Tensor LocalSelfAttentionImpl::attend(const Pass& pass, const Tensor& qkv, const Tensor& bias,
                                      Visibility visibility) const {
  return join_heads(attend_to_window(pass, core(), core().split({qkv, {}}), bias, visibility, window_, is_training()));
}

Tensor LocalSelfAttentionImpl::attend_cached(const Tensor& q, const Tensor& cache, const CacheIndex& index) const {
  return core().attend_cached(q, cache, index.last(window_ + 1));
}

std::shared_ptr<SelfAttentionBase> make_local_self_attention(const ModelConfig& config, RandomSites& sites,
                                                             const AttentionSite& site) {
  return std::make_shared<LocalSelfAttentionImpl>(config, sites, site);
}

}  // namespace dragoman
