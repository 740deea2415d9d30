#pragma once

#include <cstdint>

namespace dragoman {

/// A row of a cache is 2 · key_value_heads · width numbers: keys, then values, each head by head. Neighbouring heads of
/// queries share one of them.
struct HeadShape {
  std::int64_t heads, key_value_heads, width;  ///< H, G, d
  const float* bias;         ///< of each head, added to scores: the last of all rows has the last of these; or null
  std::int64_t bias_stride;  ///< how many each head has
};

/// softmax(q · kᵀ / √d + bias) · v of one query, for `count` ≥ 1 rows of the cache. q and out: H · d numbers.
/// scores: room for `count` numbers, rounded up to a multiple of kVectorLanes.
void attend_one(const float* q, const float* cache, const std::int32_t* rows, std::int64_t count,
                const HeadShape& shape, float* scores, float* out);

/// The same for a cache of bfloat16, given by their bits.
void attend_one(const float* q, const std::uint16_t* cache, const std::int32_t* rows, std::int64_t count,
                const HeadShape& shape, float* scores, float* out);

}  // namespace dragoman
