#pragma once

#include "model/shapes.h"

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dragoman {

/// Keys and values of positions in the order in which they were made: [N, 2 · G · d], keys before values, each head by
/// head, of G heads that the H heads of queries share evenly, neighbours together (grouped-query attention, Ainslie et
/// al. 2023; G = H is multi-head, G = 1 multi-query attention). Which rows belong to which hypothesis is the business
/// of a CacheIndex: none moves when hypotheses do.
class KeyValueCache {
 public:
  /// Kept in `type`, else in that of what comes.
  explicit KeyValueCache(std::optional<torch::ScalarType> type = std::nullopt) : type_(type) {}

  /// keys_values: [n, 2 · G · d]
  void append(const torch::Tensor& keys_values);

  /// Forgets all rows but those of these numbers, which ascend.
  void keep(std::span<const std::int64_t> rows);

  /// [N, 2 · G · d]
  torch::Tensor rows() const { return buffer_.narrow(0, 0, count_); }
  std::int64_t count() const { return count_; }

 private:
  std::optional<torch::ScalarType> type_;
  torch::Tensor buffer_;  // grows by doubling
  std::int64_t count_ = 0;
};

/// What LibTorch's operators take of a CacheIndex.
struct PlacedIndex {
  torch::Tensor positions;  ///< [R · width] int32
  torch::Tensor bias;       ///< [R, 1, 1, width]: 0, or -inf behind the end of a query's positions
};

/// Which rows of a cache each query attends to: those of query i are positions[i · width, i · width + lengths[i]).
struct CacheIndex {
  std::vector<std::int32_t> positions;
  std::vector<std::int32_t> lengths;  ///< each from 1 to width
  std::int64_t width = 0;
  /// What placed() has made: of use as long as nothing else changes, and in one thread.
  mutable std::optional<PlacedIndex> kept_placed = {};

  /// The index of one query a sentence that sees all its tokens, in a cache of B sentences' S positions each. lengths:
  /// [B] int64 on the CPU
  static CacheIndex of_sentences(const torch::Tensor& lengths, std::int64_t source_length);

  std::int64_t queries() const { return static_cast<std::int64_t>(lengths.size()); }

  /// On the device of `options`, the bias in their type. Made once for all layers of a step, which would each wait for
  /// their own to come to a GPU.
  const PlacedIndex& placed(const torch::TensorOptions& options) const;

  /// The index of which entry i is this one's entry `entries[i]`; std::out_of_range if there is none.
  CacheIndex select(std::span<const std::int64_t> entries) const;

  /// Of each query's positions the last `count`, or all if there are fewer.
  CacheIndex last(std::int64_t count) const;
  /// Of each query's positions the last, and from there back every `stride`-th.
  CacheIndex every(std::int64_t stride) const;

  /// Every query attends to one position more: query i to `first` + i.
  void extend(std::int32_t first);

  /// The queries of another cache's index come behind these; the rows of that cache are now those from `first` on.
  void join(const CacheIndex& other, std::int32_t first);

  /// How many of the cache's `rows` rows queries attend to.
  std::int64_t used(std::int64_t rows) const;
  /// The numbers of those, ascending; from now on each is known by its place among them.
  std::vector<std::int64_t> compact(std::int64_t rows);

 private:
  std::vector<bool> is_used(std::int64_t rows) const;
  void add(const CacheIndex& from, std::size_t query, std::int32_t first, std::int64_t more);
  CacheIndex thinned(std::int64_t stride, std::int64_t count) const;
};

/// softmax(q · kᵀ / √d + bias) · v of single positions, for the keys and values that `index` tells for each (Vaswani et
/// al. 2017, section 3.2.1). q: [R, H · d]; cache: [N, 2 · G · d]; bias: [H, width], of which each query's last key has
/// the last, or undefined → [R, H · d]. On a CPU in fp32 by a loop of ours, which
/// reads the cache, fp32 or bf16, where it is: LibTorch's operators would have it copied for each step, and padded. A
/// row's result depends on no other.
torch::Tensor attend_cached(const torch::Tensor& q, const torch::Tensor& cache, const CacheIndex& index,
                            std::int64_t heads, const torch::Tensor& bias = {});

/// The same by LibTorch's operators: what attend_cached() does elsewhere.
torch::Tensor attend_cached_by_operators(const torch::Tensor& q, const torch::Tensor& cache, const CacheIndex& index,
                                         std::int64_t heads, const torch::Tensor& bias = {});

/// The keys and values that an index tells, copied to where LibTorch's operators want them.
struct CachedKeysValues {
  torch::Tensor keys, values;  ///< [R, G, width, d]
  torch::Tensor bias;          ///< [R, 1, 1, width]: 0, or -inf behind the end of a query's positions
};

/// cache: [N, 2 · G · d]; in the type and on the device of `options`
CachedKeysValues gather(const torch::Tensor& cache, const CacheIndex& index, std::int64_t key_value_heads,
                        const torch::TensorOptions& options);

}  // namespace dragoman
