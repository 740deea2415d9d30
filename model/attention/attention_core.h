#pragma once

#include "model/attention/attention_observer.h"
#include "model/attention/cached_attention.h"
#include "model/attention/fused_attention.h"
#include "model/attention/positions/position_scheme.h"
#include "model/attention/scaled_dot_product.h"
#include "model/attention/scores/attention_score.h"
#include "model/layers/dropout.h"
#include "model/model_config.h"
#include "model/pass.h"
#include "model/random_sites.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>

namespace dragoman {

/// Keys and values that queries attend to, each [B, G, S, d].
struct KeysValues {
  torch::Tensor keys;
  torch::Tensor values;
};

/// Queries [B, H, T, d] with the keys and values that they attend to.
struct SplitHeads {
  torch::Tensor q;
  KeysValues memory;
};

/// [B, T, heads · d] → [B, heads, T, d], a view
torch::Tensor split_heads(const torch::Tensor& packed, std::int64_t heads);

/// [B, H, T, d] → [B, T, H · d]
torch::Tensor join_heads(const torch::Tensor& split);

/// What every multi-head attention does between its projections: scores, positions, softmax, weighted sum. Where score
/// and positions allow, by LibTorch's fused operator and our kernel for cached steps; else step by step.
class AttentionCore {
 public:
  struct Settings {
    AttentionSite site;
    std::string score;  ///< one of attention_scores()
    AttentionSelection selection = AttentionSelection::soft;
    bool monotonic = false;  ///< at inference
  };

  /// Which keys queries see. The first query stands where key number `first` stands; matters to positions alone.
  struct View {
    Visibility visibility;
    std::int64_t first = 0;
  };

  /// Weights of score and positions are registered in `owner`.
  AttentionCore(torch::nn::Module& owner, const ModelConfig& config, RandomSites& sites, Settings settings);

  /// Has the positions of another layer in place of its own.
  void share_positions(const AttentionCore& other);

  /// Whether an observer wants attend() to show it the weights of all queries and keys; and what it makes of them.
  bool is_observed(const Pass& pass) const { return ::dragoman::is_observed(pass, settings_.site); }
  torch::Tensor show(const Pass& pass, const torch::Tensor& weights, const torch::Tensor& heads) const {
    return pass.observer->see(settings_.site, weights, heads);
  }
  /// Whether placed() changes anything.
  bool turns_positions() const { return positions_ && positions_->leaves_scores(); }
  /// Whether positions take part in scores or sums, by the distance of query and key.
  bool scores_positions() const { return positions_ && !positions_->leaves_scores(); }

  /// All of an attention between its projections, whose rows are not split and placed yet; positions begin with 0.
  /// bias, reached: as below → [B, T, H · d]
  torch::Tensor attend_packed(const Pass& pass, const PackedHeads& heads, const torch::Tensor& bias,
                              Visibility visibility, bool training, torch::Tensor* reached = nullptr) const;

  /// PackedHeads as attend() wants them.
  SplitHeads split(const PackedHeads& heads) const;

  /// q: [B, H, T, d]; bias: broadcastable to [B, H, T, S], 0 or -inf, or undefined; reached: [B, H], where monotonic
  /// attention has come to before, and then has; not needed if these are all queries → [B, H, T, d]
  torch::Tensor attend(const Pass& pass, const torch::Tensor& q, const KeysValues& memory, const torch::Tensor& bias,
                       const View& view, bool training, torch::Tensor* reached = nullptr) const;

  /// One query a row, for what `index` tells of the cache; in self-attention it stands where the last of these keys
  /// does. q: [R, H · d]; cache: [N, 2 · G · d]; reached: [R, H], kept where attention is monotonic, for which it must
  /// be there → [R, H · d]
  torch::Tensor attend_cached(const torch::Tensor& q, const torch::Tensor& cache, const CacheIndex& index,
                              torch::Tensor* reached = nullptr) const;

  /// attend() with what it computes on its way.
  ObservedAttention observe(const torch::Tensor& q, const KeysValues& memory, const torch::Tensor& bias,
                            const View& view) const;

  /// Queries or keys [B, n, T, d] at positions [first, first + T) as they go into attend() and into a cache.
  torch::Tensor placed(const torch::Tensor& x, std::int64_t first) const {
    return positions_ ? positions_->rotate(x, first) : x;
  }

  /// The same in place, of one a row. x: [R, n, d]; positions: [R] int64 on the CPU
  void place_rows(const torch::Tensor& x, const torch::Tensor& positions) const {
    if (positions_) positions_->rotate_rows(x, positions);
  }

  /// Whether attend_cached() may have queries at different positions, and keeps nothing of their past.
  bool mixes_positions() const { return fused_ || (by_softmax_ && positions_->adds_to_scores_alone()); }

  std::int64_t heads() const { return heads_; }
  std::int64_t key_value_heads() const { return key_value_heads_; }

 private:
  bool fuses(const Pass& pass, const PackedHeads& heads, const torch::Tensor& bias) const;
  torch::Tensor selected(const Pass& pass, const torch::Tensor& weights, bool training, torch::Tensor& reached) const;
  KeysValues for_each_head(const KeysValues& memory) const;
  ObservedAttention compute(const Pass& pass, const torch::Tensor& q, const KeysValues& memory,
                            const torch::Tensor& bias, const View& view, bool training, torch::Tensor& reached) const;

  std::int64_t heads_, key_value_heads_;  // H, G
  Settings settings_;
  std::unique_ptr<AttentionScore> score_;
  std::shared_ptr<const PositionScheme> positions_;
  bool drops_;
  Dropout dropout_;
  std::uint32_t site_ = 0;  // of random numbers, where keys are drawn
  bool by_softmax_;         // of dot products: all keys are weighed
  bool fused_;              // and positions add nothing
};

}  // namespace dragoman
