#pragma once

#include "decoding/engine/workers.h"
#include "model/seq2seq_model.h"
#include "training/course/model_replicas.h"
#include "training/data/batch_stream.h"
#include "training/data/token_cutoff.h"
#include "training/distributed/gradient_sum.h"
#include "training/distributed/process_group.h"
#include "training/loss/alignment_loss.h"
#include "training/loss/label_smoothed_loss.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

struct LossOptions {
  std::int64_t padding = 0;  ///< the id that does not count
  double label_smoothing = 0;
  double r_drop = 0;        ///< weight of the consistency of two passes over each sentence; 0: one pass
  double sim_cut = 0;       ///< the same of a pass and one with token cutoff; no more than one of them is above 0
  double token_cutoff = 0;  ///< with sim_cut, the share of tokens that are cut off
  std::optional<GuidedHead> guided = {};  ///< learns to align by those batches that have an alignment
};

/// How the sentences of a batch are shared among threads. What the result owes to the number of shares is rounding, and
/// what it owes to the number of threads as well; as long as these have shares of their own, nothing.
struct BatchShares {
  std::size_t shares = 1;
  std::shared_ptr<const Workers> workers;  ///< to compute with; where there are fewer shares, several compute each
};

/// Forward and backward passes of one update.
class GradientPass {
 public:
  /// model, which `config` describes, and group must outlive this object; group: null for a process alone. common: the
  /// compute type and the seed of all passes
  GradientPass(Seq2SeqModel& model, const ModelConfig& config, torch::Device device, const Pass& common,
               const LossOptions& options, const BatchShares& shares, ProcessGroup* group);

  /// Adds to the model's gradients those of this process' batches among `parts`, and with a group sums them over all
  /// processes: the result is the gradient of the loss a token over all parts. `first_number` is that of the first
  /// part in the training; random numbers follow from it. Returns the sums over all parts; of R-Drop's two passes over
  /// each sentence their mean, of SimCut's those of the pass without cutoff.
  LossSums run(std::span<const PlacedBatch> parts, std::int64_t first_number);

  /// The passes of one batch, in this process alone, which leave no gradients, not even where there is no memory for
  /// them.
  void rehearse(const Batch& batch);

 private:
  torch::Tensor pass(const Batch& batch, std::int64_t number, double tokens);
  LossSums of_all(const LossSums& sums) const;

  ModelReplicas replicas_;
  torch::Device device_;
  Pass common_;
  LossOptions options_;
  std::optional<TokenCutoff> cutoff_;
  std::shared_ptr<const Workers> workers_;
  ProcessGroup* group_;
  std::optional<GradientSum> sum_;
};

}  // namespace dragoman
