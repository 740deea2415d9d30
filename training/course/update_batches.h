#pragma once

#include "base/notice.h"
#include "formats/model_directory.h"
#include "model/model_config.h"
#include "training/data/batch_stream.h"
#include "training/distributed/peers.h"
#include "training/options/train_options.h"

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace dragoman {

/// The batches of a training, an update's at a time. With peers, those that are this process' own have tensors alone.
class UpdateBatches {
 public:
  /// corpus: must outlive this object; budget: of a batch, in tokens.
  UpdateBatches(const PairStore& corpus, const Tokenizers& tokenizers, const ModelConfig& config,
                const TrainOptions& options, std::int64_t budget, const Peers& peers);

  /// Goes to a place, as BatchStream does.
  void seek(std::int64_t epoch, std::int64_t index) { stream_.seek(epoch, index); }

  /// The batches of the next update: `accumulate` of them, or fewer at the end of a pass, since no update spans two.
  std::vector<PlacedBatch> next();

  /// The one that needs most memory, by an estimate.
  Batch worst() const { return stream_.worst(); }

  /// Updates in the first pass; others differ by one or so. It takes long for a large corpus.
  std::int64_t updates_in_pass() const;

 private:
  BatchStream stream_;
  int accumulate_;
};

/// The largest budget of a batch, in tokens, that makes sense for this corpus, whatever the memory.
std::int64_t largest_reasonable_budget(const PairStore& corpus);

/// The budget of a batch, in tokens, that all peers have memory for. The first thing that a training does is its worst
/// batch: what there is no memory for shows now, not hours later.
///
/// settled: of a training that goes on, else 0; rehearse: trains on the worst batch under a budget and forgets what it
/// learned. Throws std::runtime_error if there is not even memory for small batches.
std::int64_t settle_budget(std::int64_t settled, const PairStore& corpus, const TrainOptions& options,
                           const std::function<void(std::int64_t budget)>& rehearse, torch::Device device,
                           const Peers& peers, const Notice& notice);

}  // namespace dragoman
