#include "model/attention.h"

#include <ATen/ATen.h>

#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

/// [B, T, parts · D] → `parts` tensors [B, H, T, d], views of the packed one.
std::vector<Tensor> split_heads(const Tensor& packed, std::int64_t parts, std::int64_t heads) {
  const std::int64_t width = packed.size(2) / parts;
  std::vector<Tensor> split = packed.view({packed.size(0), packed.size(1), parts, heads, width / heads}).unbind(2);
  for (Tensor& part : split) part = part.transpose(1, 2);
  return split;
}

// The heads' output as an observer wants it.
Tensor seen(const ForwardContext& context, const AttentionSite& site, const ObservedAttention& attention) {
  return context.observer->see(site, attention.weights, attention.output);
}

/// [B, H, T, d] → [B, T, D]
Tensor join_heads(const Tensor& split) {
  return split.transpose(1, 2).flatten(2);
}

}  // namespace

SelfAttentionImpl::SelfAttentionImpl(const ModelConfig& config, const ForwardContextPtr& context, const AttentionSite& site)
    : context_(context),
      site_(site),
      heads_(config.heads),
      drops_(config.attention_dropout > 0),
      qkv_(register_module("qkv", Linear(config.width, 3 * config.width, config.projection_bias, context))),
      output_(register_module("output", Linear(config.width, config.width, config.projection_bias, context))),
      dropout_(config.attention_dropout, context) {}

Tensor SelfAttentionImpl::forward(const Tensor& x, const Tensor& bias, Visibility visibility, const Tensor& residual) {
  TORCH_CHECK(x.dim() == 3, "SelfAttention: the input must have shape [B, T, D], not ", x.sizes());
  const auto heads = split_heads(qkv_->forward(x), 3, heads_);
  Tensor joined;
  if (context_->observer != nullptr) {
    joined = seen(*context_, site_, observe_attention(heads[0], heads[1], heads[2], bias, visibility));
  } else if (is_training() && drops_) {
    joined = attend_with_dropout(heads[0], heads[1], heads[2], bias, visibility, dropout_);
  } else {
    joined = attend(heads[0], heads[1], heads[2], bias, visibility);
  }
  return output_->forward(join_heads(joined), {.residual = residual});
}

Tensor SelfAttentionImpl::step(const Tensor& x, KeyValueCache& cache, const CacheIndex& index, const Tensor& residual) {
  TORCH_CHECK(x.dim() == 2, "SelfAttention::step: the input must have shape [R, D], not ", x.sizes());
  const Tensor qkv = qkv_->forward(x);
  const std::int64_t width = x.size(1);
  cache.append(qkv.narrow(1, width, 2 * width));
  return output_->forward(attend_cached(qkv.narrow(1, 0, width), cache.rows(), index, heads_), {.residual = residual});
}

ObservedAttention SelfAttentionImpl::observe(const Tensor& x, const Tensor& bias, Visibility visibility) {
  const auto heads = split_heads(qkv_->forward(x), 3, heads_);
  return observe_attention(heads[0], heads[1], heads[2], bias, visibility);
}

CrossAttentionImpl::CrossAttentionImpl(const ModelConfig& config, const ForwardContextPtr& context, const AttentionSite& site)
    : context_(context),
      site_(site),
      heads_(config.heads),
      drops_(config.attention_dropout > 0),
      q_(register_module("q", Linear(config.width, config.width, config.projection_bias, context))),
      kv_(register_module("kv", Linear(config.width, 2 * config.width, config.projection_bias, context))),
      output_(register_module("output", Linear(config.width, config.width, config.projection_bias, context))),
      dropout_(config.attention_dropout, context) {}

KeysValues CrossAttentionImpl::project(const Tensor& memory) {
  TORCH_CHECK(memory.dim() == 3, "CrossAttention: the memory must have shape [B, S, D], not ", memory.sizes());
  const auto heads = split_heads(kv_->forward(memory), 2, heads_);
  return {heads[0], heads[1]};
}

Tensor CrossAttentionImpl::cache(const Tensor& memory, std::optional<torch::ScalarType> type) {
  TORCH_CHECK(memory.dim() == 3, "CrossAttention: the memory must have shape [B, S, D], not ", memory.sizes());
  const Tensor rows = kv_->forward(memory).flatten(0, 1);
  return type ? rows.to(*type) : rows;
}

Tensor CrossAttentionImpl::step(const Tensor& x, const Tensor& cache, const CacheIndex& index, const Tensor& residual) {
  TORCH_CHECK(x.dim() == 2, "CrossAttention::step: the input must have shape [R, D], not ", x.sizes());
  return output_->forward(attend_cached(q_->forward(x), cache, index, heads_), {.residual = residual});
}

Tensor CrossAttentionImpl::queries(const Tensor& x) {
  TORCH_CHECK(x.dim() == 3, "CrossAttention: the input must have shape [B, T, D], not ", x.sizes());
  return split_heads(q_->forward(x), 1, heads_)[0];
}

Tensor CrossAttentionImpl::forward(const Tensor& x, const KeysValues& memory, const Tensor& bias,
                                   const Tensor& residual) {
  const Tensor q = queries(x);
  Tensor joined;
  if (context_->observer != nullptr) {
    joined = seen(*context_, site_, observe_attention(q, memory.keys, memory.values, bias, Visibility::all));
  } else if (is_training() && drops_) {
    joined = attend_with_dropout(q, memory.keys, memory.values, bias, Visibility::all, dropout_);
  } else {
    joined = attend(q, memory.keys, memory.values, bias, Visibility::all);
  }
  return output_->forward(join_heads(joined), {.residual = residual});
}

ObservedAttention CrossAttentionImpl::observe(const Tensor& x, const KeysValues& memory, const Tensor& bias) {
  return observe_attention(queries(x), memory.keys, memory.values, bias, Visibility::all);
}

}  // namespace dragoman
