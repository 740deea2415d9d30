#pragma once

#include "decoding/engine/candidates.h"
#include "model/layers/packed_linear.h"
#include "model/seq2seq_model.h"
#include "model/weight_type.h"

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// From a decoder's states to what may follow them. On a CPU the product is done in blocks of the vocabulary, small
/// enough that the search has what it wants of a block's logits before they leave the processor's cache; all of them,
/// [R, V], are never there together.
class OutputProjection {
 public:
  /// The weights must stay as they are.
  OutputProjection(const OutputLayer& layer, WeightType type);

  /// states: [R, D]. As candidates_of() of their logits.
  Candidates candidates(const torch::Tensor& states, const TokenQuery& query) const;

  /// Of each row the log-probability of one id, on a CPU to the last bit what candidates() gives for it. states: [R,
  /// D]; throws as candidates_of() does.
  std::vector<float> log_probs(const torch::Tensor& states, std::span<const std::int32_t> ids) const;

  /// The same of all ids, [R, V].
  LogProbs log_probs(const torch::Tensor& states) const;

 private:
  // use(logits, first): the logits [R, n] of the ids first, first + 1, …, block after block.
  template <typename Use>
  void for_each_block(const torch::Tensor& states, Use use) const;
  void add_log_probs(const torch::Tensor& states, std::span<const std::int32_t> ids, std::vector<float>& found) const;

  std::int64_t vocabulary_;
  bool on_cpu_;
  std::vector<PackedLinear> blocks_;  // of kBlock entries of the vocabulary; elsewhere than on a CPU one of all
};

}  // namespace dragoman
