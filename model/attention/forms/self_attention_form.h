#pragma once

#include "model/attention/attention_observer.h"
#include "model/attention/scaled_dot_product.h"
#include "model/decoder_index.h"
#include "model/form_registry.h"
#include "model/model_config.h"
#include "model/pass.h"
#include "model/random_sites.h"
#include "model/shapes.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// What a self-attention keeps between the steps of a search; only the form that made it looks inside.
class SelfAttentionState {
 public:
  virtual ~SelfAttentionState() = default;

  /// As DecoderIndex::join() and DecoderIndex::Kept tell. Only for forms that say that they join.
  virtual void join(const SelfAttentionState& other);
  virtual void keep(std::span<const std::int64_t> rows);
};

/// How the positions of one sequence learn of each other: self-attention in any of its forms, or what stands in its
/// place.
class SelfAttentionBase : public torch::nn::Module {
 public:
  /// x: [B, T, D]; bias: [B, 1, 1, T], 0 where a position is a token and -inf where it is padding, or undefined;
  /// residual: added to the result if it is defined, here and below → [B, T, D]
  virtual torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& bias,
                                Visibility visibility, const torch::Tensor& residual) const = 0;

  /// The type into which forward() turns x before all else; nothing if it looks at x as it is.
  virtual std::optional<c10::ScalarType> input_type(const Pass& /*pass*/) const { return {}; }

  /// Has the positions of another layer's attention, of the same form, in place of its own.
  virtual void share_positions(const SelfAttentionBase& /*other*/) {}

  /// The state of a search that has not taken a step. cache_type: to keep keys and values in, if not in their own
  virtual std::unique_ptr<SelfAttentionState> start(std::optional<c10::ScalarType> cache_type) const = 0;

  /// Whether rows of several searches may go on as one, for which they need not stand at one position.
  virtual bool joins() const { return false; }

  /// One position more of each row: x: [R, D] → [R, D], as the last position of a causal forward().
  virtual torch::Tensor step(const Pass& pass, const torch::Tensor& x, SelfAttentionState& state,
                             const DecoderIndex& index, const torch::Tensor& residual) const = 0;
};

using MakeSelfAttention = std::shared_ptr<SelfAttentionBase>(const ModelConfig& config, RandomSites& sites,
                                                             const AttentionSite& site);

struct SelfAttentionForm : Form<MakeSelfAttention> {
  bool in_encoder;       ///< else only in a decoder: it looks back alone
  bool takes_positions;  ///< of schemes that act in attention
};

std::span<const SelfAttentionForm> self_attention_forms();

/// The form that `config` names for the stack of `site`.
std::shared_ptr<SelfAttentionBase> make_self_attention(const ModelConfig& config, RandomSites& sites,
                                                       const AttentionSite& site);

}  // namespace dragoman
