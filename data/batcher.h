#pragma once

#include "base/counter_random.h"
#include "data/mixture.h"
#include "data/token_pairs.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dragoman {

struct BatchOptions {
  std::int64_t batch_tokens =
      4096;                ///< limit of a batch: rows × its longest source or target, bos or eos counted; at least 1
  std::uint64_t seed = 1;  ///< the order of every epoch follows from it
  int row_multiple =
      1;  ///< cut batches at multiples of so many rows where that fits the budget (fewer shapes); at least 1
  std::int64_t window = 1 << 20;  ///< pairs that are sorted and cut together, which bounds the memory; at least 1

  /// Throws std::invalid_argument naming the field and its range.
  void validate() const;
};

/// Groups sentence pairs of similar lengths into batches. The batches of an epoch are those of the whole corpus and
/// depend on nothing but lengths, options and the epoch's number, so a position in training is (epoch, batch). A corpus
/// of more pairs than a window is shuffled as a whole, and then batched window by window.
class Batcher {
 public:
  /// `pairs` must outlive this object. With a mixture of them, an epoch has what that says.
  Batcher(std::span<const PairPlace> pairs, BatchOptions options, std::optional<Mixture> mixture = std::nullopt);

  /// Pairs of an epoch.
  std::int64_t size() const;

  /// The batches of epoch `number` in the order of training, as indices of pairs; without a mixture every pair is in
  /// exactly one. A pair that exceeds the budget by itself is a batch of its own.
  std::vector<std::vector<std::uint32_t>> epoch(std::int64_t number) const;

  /// The same in parts: windows 0 to windows() - 1 of the epoch, one behind the other.
  std::int64_t windows() const;
  std::vector<std::vector<std::uint32_t>> window(std::int64_t epoch, std::int64_t number) const;

 private:
  std::vector<std::uint32_t> shuffled(std::int64_t epoch, std::int64_t window, CounterRandom& random) const;
  void sort_by_length(std::vector<std::uint32_t>& pairs, bool odd_upwards) const;
  std::vector<std::vector<std::uint32_t>> cut(std::span<const std::uint32_t> sorted) const;

  std::span<const PairPlace> pairs_;
  BatchOptions options_;
  std::optional<Mixture> mixture_;
};

/// What stands around one row of ids.
struct RowFrame {
  std::span<const std::int32_t> before, behind;
};

/// A batch of id rows as one rectangle, ready to become a [rows, width] tensor.
struct PaddedIds {
  std::int64_t rows = 0, width = 0;
  std::vector<std::int64_t> ids;      ///< rows × width, row by row
  std::vector<std::int64_t> lengths;  ///< ids of each row, what stands around it included, padding not
};

/// Puts `before` before and `behind` behind each row, then fills with `pad_id` up to the longest row, rounded up to a
/// multiple of `width_multiple`.
PaddedIds pad_rows(std::span<const std::span<const std::int32_t>> rows, std::span<const std::int32_t> before,
                   std::span<const std::int32_t> behind, std::int32_t pad_id, std::int64_t width_multiple = 1);

/// The same with another frame around each row.
PaddedIds pad_framed_rows(std::span<const std::span<const std::int32_t>> rows, std::span<const RowFrame> frames,
                          std::int32_t pad_id, std::int64_t width_multiple = 1);

}  // namespace dragoman
