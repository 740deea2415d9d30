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
  /// lists: the tokens of each sentence, ascending; what is forbidden everywhere is left out.
  ShortlistedOutput(const OutputLayer& layer, WeightType type, std::vector<std::vector<std::int32_t>> lists,
                    const ForbiddenIds& forbidden);

  /// states: [R, D]; sentences: which one each row belongs to. As candidates_of() of the logits of its list.
  Candidates candidates(const torch::Tensor& states, std::span<const std::int32_t> sentences,
                        std::span<const std::uint8_t> forbid_eos, std::int64_t count) const;

 private:
  // What one sentence lists: ids, and where their logits are among those of the product.
  struct List {
    std::vector<std::int32_t> ids, columns;
    std::vector<std::int32_t> eos;  // where the end of the sentence is in the list
  };

  std::vector<List> lists_;
  std::optional<PackedLinear> product_;  // of the tokens that any sentence lists
};

}  // namespace dragoman
