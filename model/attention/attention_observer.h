#pragma once

#include "model/pass.h"
#include "model/shapes.h"

#include <torch/types.h>

namespace dragoman {

/// Which attention of a model something is about.
struct AttentionSite {
  enum class Kind { encoder_self, decoder_self, cross };
  Kind kind;
  int layer;  ///< of its stack, from 0

  bool operator==(const AttentionSite&) const = default;
};

/// Looks at what the attentions of a model compute, and may change it. A pass that has one asks it in encode() and
/// decode() that it looks at, sites in the order in which they are computed. A recurrent decoder computes one target
/// position at a time: it comes once for each, with T = 1. Layers that share their weights come under the number of the
/// first of them, once each. Forms of attention that have no weights do not come.
class AttentionObserver {
 public:
  virtual ~AttentionObserver() = default;

  /// Whether it looks at this attention. One that nobody looks at is computed as fast as without an observer.
  virtual bool looks_at(const AttentionSite&) const { return true; }

  /// weights: [B, H, T, S], 0 where a query does not see a key; heads: [B, H, T, d], what the heads put out. Returns
  /// what goes on in place of `heads`, which autograd follows.
  virtual torch::Tensor see(const AttentionSite& site, const torch::Tensor& weights, const torch::Tensor& heads) = 0;
};

inline bool is_observed(const Pass& pass, const AttentionSite& site) {
  return pass.observer != nullptr && pass.observer->looks_at(site);
}

}  // namespace dragoman
