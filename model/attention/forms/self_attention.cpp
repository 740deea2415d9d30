#include "model/attention/forms/self_attention.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

using torch::Tensor;

struct KeyValueState : SelfAttentionState {
  explicit KeyValueState(std::optional<torch::ScalarType> type) : cache(type) {}

  void join(const SelfAttentionState& other) override {
    const KeyValueCache& others = dynamic_cast<const KeyValueState&>(other).cache;
    if (others.count() > 0) cache.append(others.rows());
  }
  void keep(std::span<const std::int64_t> rows) override {
    if (cache.count() > 0) cache.keep(rows);
  }

  KeyValueCache cache;
};

}  // namespace

SelfAttentionImpl::SelfAttentionImpl(const ModelConfig& config, RandomSites& sites, const AttentionSite& site)
    : core_(*this, config, sites, {site, config.self_attention_score}),
      qkv_(register_module(
          "qkv", Linear(config.width, config.query_width() + 2 * config.key_value_width(), config.projection_bias))),
      output_(register_module("output", Linear(config.query_width(), config.width, config.projection_bias))) {}

Tensor SelfAttentionImpl::project(const Pass& pass, const Tensor& x) const {
  TORCH_CHECK(x.dim() == 3, "SelfAttention: the input must have shape [B, T, D], not ", x.sizes());
  return qkv_->forward(pass, x);
}

Tensor SelfAttentionImpl::forward(const Pass& pass, const Tensor& x, const Tensor& bias, Visibility visibility,
                                  const Tensor& residual) const {
  return output_->forward(pass, attend(pass, project(pass, x), bias, visibility), {.residual = residual});
}

std::unique_ptr<SelfAttentionState> SelfAttentionImpl::start(std::optional<c10::ScalarType> cache_type) const {
  return std::make_unique<KeyValueState>(cache_type);
}

Tensor SelfAttentionImpl::step(const Pass& pass, const Tensor& x, SelfAttentionState& state, const DecoderIndex& index,
                               const Tensor& residual) const {
  TORCH_CHECK(x.dim() == 2 && x.size(0) == index.rows(), "SelfAttention::step: the input must have shape [R, D] for ",
              index.rows(), " rows, not ", x.sizes());
  KeyValueCache& cache = static_cast<KeyValueState&>(state).cache;
  const Tensor qkv = qkv_->forward(pass, x);
  const std::int64_t width = qkv.size(1) / (core_.heads() + 2 * core_.key_value_heads()),
                     queries = core_.heads() * width, keys = core_.key_value_heads() * width;
  if (core_.turns_positions()) {
    const std::int64_t heads = core_.heads() + core_.key_value_heads();
    core_.place_rows(qkv.narrow(1, 0, queries + keys).view({index.rows(), heads, width}), index.positions());
  }
  cache.append(qkv.narrow(1, queries, 2 * keys));
  const Tensor q = qkv.narrow(1, 0, queries);
  return output_->forward(pass, attend_cached(q, cache.rows(), index.self()), {.residual = residual});
}

ObservedAttention SelfAttentionImpl::observe(const Pass& pass, const Tensor& x, const Tensor& bias,
                                             Visibility visibility) const {
  const SplitHeads heads = core_.split({project(pass, x), {}});
  return core_.observe(heads.q, heads.memory, bias, {visibility});
}

Tensor SelfAttentionImpl::attend(const Pass& pass, const Tensor& qkv, const Tensor& bias, Visibility visibility) const {
  return core_.attend_packed(pass, {qkv, {}}, bias, visibility, is_training());
}

Tensor SelfAttentionImpl::attend_cached(const Tensor& q, const Tensor& cache, const CacheIndex& index) const {
  return core_.attend_cached(q, cache, index);
}

std::shared_ptr<SelfAttentionBase> make_softmax_self_attention(const ModelConfig& config, RandomSites& sites,
                                                               const AttentionSite& site) {
  return std::make_shared<SelfAttentionImpl>(config, sites, site);
}

}  // namespace dragoman
