#pragma once

#include "decoding/engine/candidates.h"
#include "model/layers/packed_linear.h"
#include "model/seq2seq_model.h"
#include "model/weight_type.h"

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dragoman {

/// What OutputProjection is for the whole vocabulary, for one batch of sentences with a shortlist each. The product is
/// done once for what any of them lists; the softmax of a row is over its own sentence's list, so that it does not
/// depend on the others.
class ShortlistedOutput {
 public:
  /// lists: the tokens of each sentence, ascending; what `forbidden` has is left out.
  ShortlistedOutput(const OutputLayer& layer, WeightType type, std::vector<std::vector<std::int32_t>> lists,
                    std::span<const std::int32_t> forbidden);

  /// states: [R, D]; sentences: which one each row belongs to. As candidates_of() of the logits of its list.
  Candidates candidates(const torch::Tensor& states, std::span<const std::int32_t> sentences,
                        const TokenQuery& query) const;

  /// The same of the whole vocabulary, [R, V]: -infinity for what the row's sentence does not list.
  LogProbs log_probs(const torch::Tensor& states, std::span<const std::int32_t> sentences) const;

 private:
  // What one sentence lists: ids, and where their logits are among those of the product.
  struct List {
    std::vector<std::int32_t> ids, columns;
  };

  // use(row, list, logits): for each row the logits of what its sentence lists.
  template <typename Use>
  void for_each_row(const torch::Tensor& states, std::span<const std::int32_t> sentences, Use use) const;

  std::int64_t vocabulary_;
  std::vector<List> lists_;
  std::optional<PackedLinear> product_;  // of the tokens that any sentence lists
};

}  // namespace dragoman
