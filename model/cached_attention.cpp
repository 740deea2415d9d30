#include "model/cached_attention.h"

#include "base/vectorised.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr std::int64_t kSmallestCache = 64;
constexpr std::int64_t kLanes = kVectorLanes;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Halves16 [[gnu::vector_size(32)]] = std::uint16_t;
using Words16 [[gnu::vector_size(64)]] = std::uint32_t;

struct HeadShape {
  std::int64_t heads, width;  // H, d
  float scale;                // 1 / √d
};

using dragoman::load;

// bfloat16 is the upper half of a float.
DRAGOMAN_INLINE void load(const at::BFloat16* from, Floats16& to) {
  Halves16 halves;
  std::memcpy(&halves, from, sizeof halves);
  const Words16 words = __builtin_convertvector(halves, Words16) << 16;
  std::memcpy(&to, &words, sizeof to);
}

DRAGOMAN_INLINE float number_at(const float* from) {
  return *from;
}

DRAGOMAN_INLINE float number_at(const at::BFloat16* from) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(from->x) << 16);
}

// One head of a query times one of a key. kWidth: the head's width in vectors, all of it; 0 if it is some other width.
template <int kWidth, typename Element>
DRAGOMAN_INLINE float dot(const float* a, const Element* b, std::int64_t width) {
  Floats16 sum{}, of_a, of_b;
  if constexpr (kWidth > 0) {
    for (int i = 0; i < kWidth; ++i) {
      load(a + 16 * i, of_a);
      load(b + 16 * i, of_b);
      sum += of_a * of_b;
    }
    return sum_of(sum);
  }
  std::int64_t i = 0;
  for (; i + 16 <= width; i += 16) {
    load(a + i, of_a);
    load(b + i, of_b);
    sum += of_a * of_b;
  }
  float rest = 0;
  for (; i < width; ++i) rest += a[i] * number_at(b + i);
  return sum_of(sum) + rest;
}

// Softmax in place. The values go on to a whole number of kLanes: those behind the scores are -infinity before, 0
// after.
DRAGOMAN_INLINE void normalise(float* scores, std::int64_t count) {
  float largest[kLanes], sums[kLanes] = {};
  std::fill(largest, largest + kLanes, -kInfinity);
  for (std::int64_t i = 0; i < count; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane)
      largest[lane] = scores[i + lane] > largest[lane] ? scores[i + lane] : largest[lane];
  }
  const float shift = largest_of_lanes(largest);
  for (std::int64_t i = 0; i < count; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      const float weight = scores[i + lane] == -kInfinity ? 0.0F : exp_of_negative(scores[i + lane] - shift);
      scores[i + lane] = weight;
      sums[lane] += weight;
    }
  }
  const float inverse = 1.0F / sum_of_lanes(sums);
  for (std::int64_t i = 0; i < count; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) scores[i + lane] *= inverse;
  }
}

// out = Σ weights[p] · values[p], for kWidth · 16 values of each row.
template <int kWidth, typename Element>
DRAGOMAN_INLINE void add_weighted(const float* weights, const Element* values, std::int64_t stride,
                                  const std::int32_t* positions, std::int64_t count, float* out) {
  Floats16 sums[kWidth] = {}, value;
  for (std::int64_t p = 0; p < count; ++p) {
    const Element* row = values + positions[p] * stride;
    for (int i = 0; i < kWidth; ++i) {
      load(row + 16 * i, value);
      sums[i] += weights[p] * value;
    }
  }
  std::memcpy(out, sums, sizeof sums);
}

// out = Σ weights[p] · values[p], `width` values of each row.
template <int kWidth, typename Element>
DRAGOMAN_INLINE void weighted_sum(const float* weights, const Element* values, std::int64_t stride,
                                  const std::int32_t* positions, std::int64_t count, std::int64_t width, float* out) {
  if constexpr (kWidth > 0) return add_weighted<kWidth>(weights, values, stride, positions, count, out);
  std::int64_t i = 0;
  for (; i + 64 <= width; i += 64) add_weighted<4>(weights, values + i, stride, positions, count, out + i);
  for (; i + 16 <= width; i += 16) add_weighted<1>(weights, values + i, stride, positions, count, out + i);
  for (; i < width; ++i) {
    float sum = 0;
    for (std::int64_t p = 0; p < count; ++p) sum += weights[p] * number_at(values + positions[p] * stride + i);
    out[i] = sum;
  }
}

// Keys or values of one head that are wanted next: they are short, and far from each other.
template <typename Element>
DRAGOMAN_INLINE void prefetch(const Element* row, std::int64_t width) {
  const auto* bytes = reinterpret_cast<const char*>(row);
  for (std::size_t i = 0; i < sizeof(Element) * static_cast<std::size_t>(width); i += 64) __builtin_prefetch(bytes + i);
}

// One query. scores: room for `count` numbers, rounded up to whole kLanes.
template <int kWidth, typename Element>
DRAGOMAN_INLINE void attend_heads(const float* q, const Element* cache, const std::int32_t* positions,
                                  std::int64_t count, const HeadShape& shape, float* scores, float* out) {
  const std::int64_t keys = shape.heads * shape.width, stride = 2 * keys;
  for (std::int64_t head = 0; head < shape.heads; ++head) {
    const std::int64_t first = head * shape.width;
    for (std::int64_t p = 0; p < count; ++p) {
      const Element* key = cache + positions[p] * stride + first;
      prefetch(key + keys, shape.width);
      scores[p] = dot<kWidth>(q + first, key, shape.width) * shape.scale;
    }
    for (std::int64_t p = 0; p < count && head + 1 < shape.heads; ++p)
      prefetch(cache + positions[p] * stride + first + shape.width, shape.width);
    for (std::int64_t p = count; p % kLanes != 0; ++p) scores[p] = -kInfinity;
    normalise(scores, count);
    weighted_sum<kWidth>(scores, cache + keys + first, stride, positions, count, shape.width, out + first);
  }
}

template <typename Element>
DRAGOMAN_INLINE void attend_one(const float* q, const Element* cache, const std::int32_t* positions, std::int64_t count,
                                const HeadShape& shape, float* scores, float* out) {
  if (shape.width == 64) {
    attend_heads<4>(q, cache, positions, count, shape, scores, out);
  } else if (shape.width == 32) {
    attend_heads<2>(q, cache, positions, count, shape, scores, out);
  } else {
    attend_heads<0>(q, cache, positions, count, shape, scores, out);
  }
}

DRAGOMAN_CLONES void attend_to(const float* q, const float* cache, const std::int32_t* positions, std::int64_t count,
                               const HeadShape& shape, float* scores, float* out) {
  attend_one(q, cache, positions, count, shape, scores, out);
}

DRAGOMAN_CLONES void attend_to_halves(const float* q, const at::BFloat16* cache, const std::int32_t* positions,
                                      std::int64_t count, const HeadShape& shape, float* scores, float* out) {
  attend_one(q, cache, positions, count, shape, scores, out);
}

bool is_ours(const Tensor& q, const Tensor& cache) {
  const bool known = cache.scalar_type() == torch::kFloat32 || cache.scalar_type() == torch::kBFloat16;
  return q.is_cpu() && q.scalar_type() == torch::kFloat32 && known && cache.is_contiguous() && q.stride(1) == 1;
}

void check_shapes(const Tensor& q, const Tensor& cache, const CacheIndex& index, std::int64_t heads) {
  TORCH_CHECK(q.dim() == 2 && cache.dim() == 2 && cache.size(1) == 2 * q.size(1) && q.size(1) % heads == 0 &&
                  index.queries() == q.size(0),
              "cached attention: queries ", q.sizes(), " of ", heads, " heads, a cache ", cache.sizes(),
              " and an index of ", index.queries(), " do not fit [R, D], [N, 2 · D], R");
}

}  // namespace

void KeyValueCache::append(const Tensor& keys_values) {
  const std::int64_t needed = count_ + keys_values.size(0);
  if (!buffer_.defined() || buffer_.size(0) < needed) {
    const std::int64_t capacity = std::max({needed, kSmallestCache, buffer_.defined() ? 2 * buffer_.size(0) : 0});
    const Tensor larger = at::empty({capacity, keys_values.size(1)},
                                    keys_values.options().dtype(type_.value_or(keys_values.scalar_type())));
    if (count_ > 0) larger.narrow(0, 0, count_).copy_(rows());
    buffer_ = larger;
  }
  buffer_.narrow(0, count_, keys_values.size(0)).copy_(keys_values);
  count_ = needed;
}

CacheIndex CacheIndex::select(std::span<const std::int64_t> entries) const {
  CacheIndex selected;
  selected.width = width;
  selected.positions.reserve(entries.size() * static_cast<std::size_t>(width));
  for (const std::int64_t entry : entries) {
    selected.lengths.push_back(lengths.at(static_cast<std::size_t>(entry)));
    const auto begin = positions.begin() + entry * width;
    selected.positions.insert(selected.positions.end(), begin, begin + width);
  }
  return selected;
}

void CacheIndex::extend(std::int32_t first) {
  CacheIndex extended;
  extended.width = width + 1;
  extended.positions.reserve(lengths.size() * static_cast<std::size_t>(width + 1));
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const auto begin = positions.begin() + static_cast<std::ptrdiff_t>(i) * width;
    extended.positions.insert(extended.positions.end(), begin, begin + lengths[i]);
    extended.positions.push_back(first + static_cast<std::int32_t>(i));
    extended.positions.resize((i + 1) * static_cast<std::size_t>(width + 1), 0);
  }
  for (const std::int32_t length : lengths) extended.lengths.push_back(length + 1);
  *this = std::move(extended);
}

Tensor attend_cached(const Tensor& q, const Tensor& cache, const CacheIndex& index, std::int64_t heads) {
  check_shapes(q, cache, index, heads);
  if (!is_ours(q, cache)) return attend_cached_by_operators(q, cache, index, heads);
  const std::int64_t width = q.size(1);
  const HeadShape shape{heads, width / heads, 1.0F / std::sqrt(static_cast<float>(width / heads))};
  const Tensor result = at::empty({q.size(0), width}, q.options());
  const float* queries = q.const_data_ptr<float>();
  const bool halves = cache.scalar_type() == torch::kBFloat16;
  float* out = result.mutable_data_ptr<float>();
  at::parallel_for(0, q.size(0), 8, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> scores(static_cast<std::size_t>(index.width + kLanes));
    for (std::int64_t row = begin; row < end; ++row) {
      const float* query = queries + row * q.stride(0);
      const std::int32_t* positions = index.positions.data() + row * index.width;
      const std::int64_t count = index.lengths[static_cast<std::size_t>(row)];
      if (halves) {
        attend_to_halves(query, cache.const_data_ptr<at::BFloat16>(), positions, count, shape, scores.data(),
                         out + row * width);
      } else {
        attend_to(query, cache.const_data_ptr<float>(), positions, count, shape, scores.data(), out + row * width);
      }
    }
  });
  return result;
}

Tensor attend_cached_by_operators(const Tensor& q, const Tensor& cache, const CacheIndex& index, std::int64_t heads) {
  check_shapes(q, cache, index, heads);
  const std::int64_t queries = q.size(0), head_width = q.size(1) / heads;
  const Tensor positions = at::tensor(index.positions, torch::kInt32).to(q.device());
  const Tensor lengths = at::tensor(index.lengths, torch::kInt32).to(q.device());
  const Tensor hidden = at::arange(index.width, lengths.options()).unsqueeze(0) >= lengths.unsqueeze(1);  // [R, width]
  const Tensor bias = at::zeros(hidden.sizes(), q.options()).masked_fill_(hidden, -INFINITY);
  // [R, width, 2, H, d] → keys and values [R, H, width, d]
  const auto parts =
      cache.index_select(0, positions).to(q.scalar_type()).view({queries, index.width, 2, heads, head_width}).unbind(2);
  return at::scaled_dot_product_attention(q.reshape({queries, heads, 1, head_width}), parts[0].transpose(1, 2),
                                          parts[1].transpose(1, 2), bias.view({queries, 1, 1, index.width}))
      .reshape({queries, q.size(1)});
}

}  // namespace dragoman
