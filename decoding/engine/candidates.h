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
  /// What the query points at must outlive the selection. The rest as for candidates_of().
  CandidateSelection(std::int64_t vocabulary, const TokenQuery& query);
  CandidateSelection(const CandidateSelection&) = delete;
  CandidateSelection& operator=(const CandidateSelection&) = delete;

  /// block: [R, n] fp32, contiguous: the logits of the ids first_id, first_id + 1, …
  void add(const torch::Tensor& block, std::int64_t first_id);

  /// Throws std::runtime_error if scores are not finite numbers.
  Candidates finish();

 private:
  TokenQuery query_;
  Candidates result_;
  std::vector<TopCandidates> rows_;
};

/// What the query asks of the log-softmax of each row of logits [R, V]: the best entries among what is allowed, of
/// which the others have their share all the same, and what it names. Log-probabilities are fp32. Throws
/// std::runtime_error if scores are not finite numbers.
Candidates candidates_of(const torch::Tensor& logits, const TokenQuery& query);

/// The same by LibTorch's operators, on the logits' device: what candidates_of() does elsewhere than on a CPU. Which of
/// equal entries is the last to be chosen is left to the operator.
Candidates candidates_by_operators(const torch::Tensor& logits, const TokenQuery& query);

/// The log-softmax of each row in fp32, on the logits' device. Throws NotFinite if scores are not finite numbers.
torch::Tensor log_softmax_of(const torch::Tensor& logits);

}  // namespace dragoman
