#pragma once

#include "data/batcher.h"
#include "tokenizer/subword_sampler.h"
#include "training/data/batch.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {

/// A batch and its place in training.
struct PlacedBatch {
  Batch batch;  ///< on the CPU; without tensors and tokens if it is not `mine`
  std::int64_t epoch;
  std::int64_t index;     ///< in the epoch
  bool mine;              ///< whether it is for this process
  bool ends_epoch;        ///< whether it is the last one
  double share_of_epoch;  ///< of the epoch's pairs, those up to here, these included
};

/// Draws the pieces of both sides anew for each epoch.
struct PairSampler {
  SubwordSampler source, target;
  std::uint64_t seed;
  /// Tokens of a side at most; one that would be longer keeps its best segmentation.
  std::size_t max_length;
};

/// The batches of a training in their order, epoch after epoch without end, prepared by a thread of its own ahead of
/// the steps that they are for. What comes depends on the corpus, the options and the place alone.
class BatchStream {
 public:
  /// pairs: at least one; they must outlive the stream; frames: of each of its corpora. Without `sampler`, pieces are
  /// those of the pairs.
  BatchStream(const PairStore& pairs, const BatchOptions& options, std::vector<TextFrame> frames,
              std::optional<PairSampler> sampler, std::optional<Mixture> mixture = std::nullopt);

  /// Has only the batches prepared whose index in the epoch `is_mine` accepts.
  void take_only(std::function<bool(std::int64_t index)> is_mine) { is_mine_ = std::move(is_mine); }
  ~BatchStream();
  BatchStream(const BatchStream&) = delete;
  BatchStream& operator=(const BatchStream&) = delete;

  /// Goes to a place; `index` must be below the epoch's batches.
  void seek(std::int64_t epoch, std::int64_t index);

  /// The batch at the place, which moves on. Throws what preparing it has thrown.
  PlacedBatch next();

  /// The batch of the first epoch that needs most memory, by an estimate.
  Batch worst() const;

  /// Batches of one epoch. For a corpus of many windows this takes as long as batching it.
  std::int64_t batches_in(std::int64_t epoch) const;

 private:
  void stop();
  void prepare(std::int64_t epoch, std::int64_t index);
  bool put(PlacedBatch placed);
  double cost(std::span<const std::uint32_t> pairs) const;
  Batch batch_of(std::span<const std::uint32_t> pairs, IdRows sources, IdRows targets) const;
  Batch plain_batch(std::span<const std::uint32_t> pairs) const;
  Batch longest_sample(std::span<const std::uint32_t> pairs) const;
  Batch sampled_batch(std::span<const std::uint32_t> pairs, std::int64_t epoch) const;

  const PairStore& pairs_;
  Batcher batcher_;
  std::vector<TextFrame> frames_;
  std::optional<PairSampler> sampler_;
  std::function<bool(std::int64_t index)> is_mine_ = [](std::int64_t) { return true; };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<PlacedBatch> ready_;
  std::exception_ptr failure_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dragoman
