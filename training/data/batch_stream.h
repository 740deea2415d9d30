#pragma once

#include "data/batcher.h"
#include "tokenizer/augmentation.h"
#include "tokenizer/subword_sampler.h"
#include "tokenizer/tokenizer.h"
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

/// What of pairs is drawn anew for each epoch.
struct PairDraws {
  struct Texts {
    Augmentation augmentation;
    Tokenizer source, target;
  };
  struct Pieces {
    SubwordSampler source, target;
  };
  std::optional<Texts> texts;    ///< other texts; none: those of the pairs
  std::optional<Pieces> pieces;  ///< other segmentations of these; none: the best
  std::uint64_t seed;
  std::size_t max_length;  ///< tokens of a side at most; what would be longer stays as it was
};

/// The batches of a training in their order, epoch after epoch without end, prepared by a thread of its own ahead of
/// the steps that they are for. What comes depends on the corpus, the options and the place alone.
class BatchStream {
 public:
  /// pairs: at least one; they must outlive the stream; frames: of each of its corpora. Without `draws`, texts and
  /// pieces are those of the pairs.
  BatchStream(const PairStore& pairs, const BatchOptions& options, std::vector<TextFrame> frames,
              std::optional<PairDraws> draws, std::optional<Mixture> mixture = std::nullopt);

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
  // Of a batch: one pair, or several on one line.
  struct Row {
    std::uint32_t pair;  // the first
    std::vector<std::int32_t> source, target;
  };

  void stop();
  void prepare(std::int64_t epoch, std::int64_t index);
  bool put(PlacedBatch placed);
  double cost(std::span<const std::uint32_t> pairs) const;
  Batch batch_of(std::span<const std::uint32_t> pairs, IdRows sources, IdRows targets,
                 std::span<const TokenLinks> links = {}) const;
  Batch plain_batch(std::span<const std::uint32_t> pairs) const;
  Batch longest_draw(std::span<const std::uint32_t> pairs) const;
  Batch drawn_batch(std::span<const std::uint32_t> pairs, std::int64_t epoch,
                    const std::optional<BatchChanges>& changes = {}) const;
  std::size_t corpus_of(std::uint32_t pair) const;
  std::vector<Row> with_other_texts(std::span<const Row> rows, std::int64_t epoch,
                                    const std::optional<BatchChanges>& given) const;

  const PairStore& pairs_;
  Batcher batcher_;
  std::vector<TextFrame> frames_;
  std::optional<PairDraws> draws_;
  std::function<bool(std::int64_t index)> is_mine_ = [](std::int64_t) { return true; };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<PlacedBatch> ready_;
  std::exception_ptr failure_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dragoman
