#include "model/attention/attention_core.h"

#include "model/attention/key_selection.h"

#include <ATen/ATen.h>

#include <utility>

namespace dragoman {

using torch::Tensor;

Tensor split_heads(const Tensor& packed, std::int64_t heads) {
  return packed.view({packed.size(0), packed.size(1), heads, packed.size(2) / heads}).transpose(1, 2);
}

Tensor join_heads(const Tensor& split) {
  return split.transpose(1, 2).flatten(2);
}

AttentionCore::AttentionCore(torch::nn::Module& owner, const ModelConfig& config, RandomSites& sites, Settings settings)
    : heads_(config.heads),
      key_value_heads_(config.number_of_key_value_heads()),
      settings_(std::move(settings)),
      score_(form_named(attention_scores(), settings_.score).make(owner, config.heads, config.width_of_head())),
      drops_(config.attention_dropout > 0),
      dropout_(config.attention_dropout, sites) {
  if (settings_.selection == AttentionSelection::sampled) site_ = sites.next();
  // Positions of source and target have nothing to do with each other.
  if (settings_.site.kind != AttentionSite::Kind::cross) {
    const bool causal = settings_.site.kind == AttentionSite::Kind::decoder_self;
    const PositionPlace place{true, causal ? Visibility::causal : Visibility::all, settings_.site.layer};
    positions_ = form_named(position_forms(), config.positions).make(owner, config, place);
  }
  by_softmax_ = settings_.selection == AttentionSelection::soft && score_->is_dot_product();
  fused_ = by_softmax_ && !scores_positions();
}

void AttentionCore::share_positions(const AttentionCore& other) {
  positions_ = other.positions_;
  fused_ = by_softmax_ && !scores_positions();
}

// Without gradients LibTorch's operator is as fast, and what it gives is what cached steps give.
bool AttentionCore::fuses(const Pass& pass, const PackedHeads& heads, const Tensor& bias) const {
  return fused_ && score_->factor(1).has_value() && !is_observed(pass) && at::GradMode::is_enabled() &&
         can_fuse_attention(heads, bias);
}

SplitHeads AttentionCore::split(const PackedHeads& heads) const {
  const std::int64_t shared = key_value_heads_;
  Tensor q, keys_values;
  if (heads.kv.defined()) {
    q = split_heads(heads.q, heads_);
    keys_values = split_heads(heads.kv, 2 * shared);
  } else {
    const auto parts = split_heads(heads.q, heads_ + 2 * shared).split({heads_, 2 * shared}, 1);
    q = parts[0];
    keys_values = parts[1];
  }
  const auto parts = keys_values.chunk(2, 1);
  return {placed(q, 0), {placed(parts[0], 0), parts[1]}};
}

Tensor AttentionCore::attend_packed(const Pass& pass, const PackedHeads& heads, const Tensor& bias,
                                    Visibility visibility, bool training, Tensor* reached) const {
  if (!fuses(pass, heads, bias)) {
    const SplitHeads apart = split(heads);
    return join_heads(attend(pass, apart.q, apart.memory, bias, {visibility}, training, reached));
  }
  FusedAttentionOptions options;
  options.heads = heads_;
  options.key_value_heads = key_value_heads_;
  options.visibility = visibility;
  options.bias = bias;
  const std::int64_t parts = heads.kv.defined() ? heads_ : heads_ + 2 * key_value_heads_;
  options.scale = score_->factor(heads.q.size(2) / parts);
  const std::int64_t queries = heads.q.size(1), keys = heads.kv.defined() ? heads.kv.size(1) : queries;
  if (positions_) options.rotation = positions_->rotation(queries);
  if (training && drops_) {
    options.dropout = dropout_.probability();
    options.key = dropout_.key(pass, heads.q.size(0) * heads_ * queries * keys);
  }
  return fused_attention(heads, options);
}

Tensor AttentionCore::attend(const Pass& pass, const Tensor& q, const KeysValues& memory, const Tensor& bias,
                             const View& view, bool training, Tensor* reached) const {
  if (!is_observed(pass) && fused_ && !(training && drops_)) {
    const KeysValues all = for_each_head(memory);
    return ::dragoman::attend(score_->scaled_dot_queries(q), all.keys, all.values, bias, view.visibility);
  }
  Tensor nowhere;
  const ObservedAttention computed = compute(pass, q, memory, bias, view, training, reached ? *reached : nowhere);
  return is_observed(pass) ? show(pass, computed.weights, computed.output) : computed.output;
}

Tensor AttentionCore::attend_cached(const Tensor& q, const Tensor& cache, const CacheIndex& index,
                                    Tensor* reached) const {
  const Tensor heads = q.reshape({q.size(0), heads_, 1, q.size(1) / heads_});
  const View view{Visibility::all, index.width - 1};
  if (mixes_positions()) {
    const Tensor bias = fused_ ? Tensor() : positions_->bias(heads, view.first, index.width);
    return ::dragoman::attend_cached(score_->scaled_dot_queries(heads).view(q.sizes()), cache, index, heads_,
                                     bias.defined() ? bias.view({heads_, index.width}) : bias);
  }
  const CachedKeysValues gathered = gather(cache, index, key_value_heads_, q.options());
  TORCH_CHECK(!settings_.monotonic || reached != nullptr, "monotonic attention must know where it has come to");
  Tensor nowhere;
  return compute({}, heads, {gathered.keys, gathered.values}, gathered.bias, view, false, reached ? *reached : nowhere)
      .output.reshape(q.sizes());
}

ObservedAttention AttentionCore::observe(const Tensor& q, const KeysValues& memory, const Tensor& bias,
                                         const View& view) const {
  Tensor reached;
  return compute({}, q, memory, bias, view, false, reached);
}

ObservedAttention AttentionCore::compute(const Pass& pass, const Tensor& q, const KeysValues& memory,
                                         const Tensor& bias, const View& view, bool training, Tensor& reached) const {
  const KeysValues all = for_each_head(memory);
  check_attention_shapes(q, all.keys, all.values, view.visibility);
  ObservedAttention computed;
  computed.scores = score_->scores(q, all.keys);
  const Tensor position_bias = positions_ ? positions_->bias(q, view.first, all.keys.size(2)) : Tensor();
  const Tensor placed = position_bias.defined() ? computed.scores + position_bias : computed.scores;
  computed.weights = selected(pass, attention_weights(placed, bias, view.visibility), training, reached);
  const Tensor kept = training && drops_ ? dropout_(pass, computed.weights, true) : computed.weights;
  computed.output = at::matmul(kept, all.values);
  const Tensor of_positions = positions_ ? positions_->of_values(kept, view.first) : Tensor();
  if (of_positions.defined()) computed.output = computed.output + of_positions;
  return computed;
}

Tensor AttentionCore::selected(const Pass& pass, const Tensor& weights, bool training, Tensor& reached) const {
  if (settings_.selection == AttentionSelection::soft) return weights;
  if (settings_.monotonic && !training) return monotonic_keys(weights, reached);
  if (settings_.selection == AttentionSelection::hard || !training) return likeliest_keys(weights);
  // A sentence is drawn for at all positions, or at none.
  const DropoutKey of_sentences{pass.seed, pass.batch, site_, pass.first_element(weights.numel())};
  DropoutKey key = of_sentences;
  key.seed = pass.seed_at_position();
  const DrawnKeys drawn = expect_half(draw_keys(weights, key), weights, of_sentences);
  pass.add_drawn(drawn.log_probability);
  return drawn.weights;
}

KeysValues AttentionCore::for_each_head(const KeysValues& memory) const {
  if (key_value_heads_ == heads_) return memory;
  const std::int64_t share = heads_ / key_value_heads_;
  return {memory.keys.repeat_interleave(share, 1), memory.values.repeat_interleave(share, 1)};
}

}  // namespace dragoman
