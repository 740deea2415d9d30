#pragma once

#include "decoding/search/step_scorer.h"
#include "decoding/search/top_candidates.h"

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// The candidates of rows of logits on the CPU, which come a block of the vocabulary at a time.
class CandidateSelection {
 public:
  /// `allowed` must outlive the selection. The rest as for candidates_of().
  CandidateSelection(std::int64_t vocabulary, std::span<const AllowedIds> allowed, std::int64_t count);
  CandidateSelection(const CandidateSelection&) = delete;
  CandidateSelection& operator=(const CandidateSelection&) = delete;

  /// block: [R, n] fp32, contiguous: the logits of the ids first_id, first_id + 1, …
  void add(const torch::Tensor& block, std::int64_t first_id);

  /// Throws std::runtime_error if scores are not finite numbers.
  Candidates finish();

 private:
  Candidates result_;
  std::vector<TopCandidates> rows_;
};

/// The `count` best entries (or V, if that is less) of the log-softmax of each row of logits [R, V] among what is
/// allowed; the others have their share of the softmax all the same. allowed: one entry a row. Log-probabilities are
/// fp32. Throws std::runtime_error if scores are not finite numbers.
Candidates candidates_of(const torch::Tensor& logits, std::span<const AllowedIds> allowed, std::int64_t count);

/// The same by LibTorch's operators, on the logits' device: what candidates_of() does elsewhere than on a CPU. Which of
/// equal entries is the last to be chosen is left to the operator.
Candidates candidates_by_operators(const torch::Tensor& logits, std::span<const AllowedIds> allowed,
                                   std::int64_t count);

/// The log-softmax of each row in fp32, on the logits' device. Throws NotFinite if scores are not finite numbers.
torch::Tensor log_softmax_of(const torch::Tensor& logits);

}  // namespace dragoman
