#include "model/attention/cross_attention.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

CrossAttentionImpl::CrossAttentionImpl(const ModelConfig& config, const ForwardContextPtr& context,
                                       const AttentionSite& site)
    : context_(context),
      core_(*this, config, context,
            {site, config.cross_attention_score, config.cross_attention_selection, config.monotonic_attention}),
      q_(register_module("q", Linear(config.width, config.width, config.projection_bias, context))),
      kv_(register_module("kv", Linear(config.width, 2 * config.key_value_width(), config.projection_bias, context))),
      output_(register_module("output", Linear(config.width, config.width, config.projection_bias, context))) {}

Tensor CrossAttentionImpl::project(const Tensor& memory) {
  TORCH_CHECK(memory.dim() == 3, "CrossAttention: the memory must have shape [B, S, D], not ", memory.sizes());
  return kv_->forward(memory);
}

CrossAttentionState CrossAttentionImpl::start(const Tensor& memory) {
  const Tensor rows = project(memory).flatten(0, 1);
  return {rows.to(context_->cache_type(memory.device()).value_or(rows.scalar_type())), {}};
}

Tensor CrossAttentionImpl::step(const Tensor& x, CrossAttentionState& state, const DecoderIndex& index,
                                const Tensor& residual) {
  TORCH_CHECK(x.dim() == 2, "CrossAttention::step: the input must have shape [R, D], not ", x.sizes());
  if (state.reached.defined()) state.reached = index.continued(state.reached);
  const Tensor heads = core_.attend_cached(q_->forward(x), state.cache, index.memory(), &state.reached);
  return output_->forward(heads, {.residual = residual});
}

Tensor CrossAttentionImpl::queries(const Tensor& x) {
  TORCH_CHECK(x.dim() == 3, "CrossAttention: the input must have shape [B, T, D], not ", x.sizes());
  return q_->forward(x);
}

Tensor CrossAttentionImpl::forward(const Tensor& x, const Tensor& keys_values, const Tensor& bias,
                                   const Tensor& residual, Tensor* reached) {
  const Tensor heads = core_.attend_packed({queries(x), keys_values}, bias, Visibility::all, is_training(), reached);
  return output_->forward(heads, {.residual = residual});
}

ObservedAttention CrossAttentionImpl::observe(const Tensor& x, const Tensor& keys_values, const Tensor& bias) {
  const SplitHeads heads = core_.split({queries(x), keys_values});
  return core_.observe(heads.q, heads.memory, bias, {Visibility::all});
}

}  // namespace dragoman
