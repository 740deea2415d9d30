#include "model/attention/cross_attention.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

CrossAttentionImpl::CrossAttentionImpl(const ModelConfig& config, RandomSites& sites, const AttentionSite& site)
    : core_(*this, config, sites,
            {site, config.cross_attention_score, config.cross_attention_selection, config.monotonic_attention}),
      q_(register_module("q", Linear(config.width, config.query_width(), config.projection_bias))),
      kv_(register_module("kv", Linear(config.width, 2 * config.key_value_width(), config.projection_bias))),
      output_(register_module("output", Linear(config.query_width(), config.width, config.projection_bias))) {}

Tensor CrossAttentionImpl::project(const Pass& pass, const Tensor& memory) const {
  TORCH_CHECK(memory.dim() == 3, "CrossAttention: the memory must have shape [B, S, D], not ", memory.sizes());
  return kv_->forward(pass, memory);
}

CrossAttentionState CrossAttentionImpl::start(const Pass& pass, const Tensor& memory,
                                              std::optional<c10::ScalarType> cache_type) const {
  CrossAttentionState state{KeyValueCache(cache_type), {}};
  state.cache.append(project(pass, memory).flatten(0, 1));
  return state;
}

Tensor CrossAttentionImpl::step(const Pass& pass, const Tensor& x, CrossAttentionState& state,
                                const DecoderIndex& index, const Tensor& residual) const {
  TORCH_CHECK(x.dim() == 2, "CrossAttention::step: the input must have shape [R, D], not ", x.sizes());
  if (state.reached.defined()) state.reached = index.continued(state.reached);
  const Tensor heads = core_.attend_cached(q_->forward(pass, x), state.cache.rows(), index.memory(), &state.reached);
  return output_->forward(pass, heads, {.residual = residual});
}

Tensor CrossAttentionImpl::queries(const Pass& pass, const Tensor& x) const {
  TORCH_CHECK(x.dim() == 3, "CrossAttention: the input must have shape [B, T, D], not ", x.sizes());
  return q_->forward(pass, x);
}

Tensor CrossAttentionImpl::forward(const Pass& pass, const Tensor& x, const Tensor& keys_values, const Tensor& bias,
                                   const Tensor& residual, Tensor* reached) const {
  const Tensor heads =
      core_.attend_packed(pass, {queries(pass, x), keys_values}, bias, Visibility::all, is_training(), reached);
  return output_->forward(pass, heads, {.residual = residual});
}

ObservedAttention CrossAttentionImpl::observe(const Pass& pass, const Tensor& x, const Tensor& keys_values,
                                              const Tensor& bias) const {
  const SplitHeads heads = core_.split({queries(pass, x), keys_values});
  return core_.observe(heads.q, heads.memory, bias, {Visibility::all});
}

}  // namespace dragoman
