#pragma once

#include "model/attention/cached_attention.h"

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dragoman {

/// Where each row of a search has its past; the same in all layers of a decoder.
class DecoderIndex {
 public:
  /// One row a sentence, before any token. lengths: [B] int64 on the CPU
  DecoderIndex(const torch::Tensor& lengths, std::int64_t source_length);

  /// Row i becomes what row `rows[i]` was; std::out_of_range if there is none.
  void reorder(std::span<const std::int64_t> rows);

  /// Each row takes one more token.
  void advance();

  /// The rows of another search come behind these: those of its caches are now behind those of this one's. What has a
  /// state for each row knows of nothing of that, see continued().
  void join(const DecoderIndex& other);

  /// The rows of both caches that are still of use, ascending.
  struct Kept {
    std::vector<std::int64_t> self, memory;
  };
  /// If that is less than half of them: the caches must leave these alone.
  std::optional<Kept> compact();

  /// `state`, of which row i belongs to row i of the last step, with its rows as they are now. state: [R', ...] →
  /// [R, ...]
  torch::Tensor continued(const torch::Tensor& state) const;

  std::int64_t rows() const { return self_.queries(); }
  /// Of the token that each row takes now, from 0: [R] int64 on the CPU.
  torch::Tensor positions() const;
  std::int64_t position() const { return self_.width - 1; }  ///< where no others have joined, that of all rows
  const CacheIndex& self() const { return self_; }           ///< the row's own tokens, the present one included
  const CacheIndex& memory() const { return memory_; }       ///< the row's sentence, without padding

 private:
  CacheIndex self_, memory_;
  std::vector<std::int64_t> came_from_;  // of each row of the present step, its number in the one before
  std::vector<std::int64_t> parents_;    // of each row now, its number in the present step
  std::int32_t tokens_ = 0;              // in the cache of all rows' own
  std::int32_t source_tokens_;           // in that of the sentences, padding included
};

}  // namespace dragoman
