#include "kernels/cached_attention_kernel.h"

#include "base/bfloat16.h"
#include "base/vectorised.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace dragoman {
namespace {

constexpr std::int64_t kLanes = kVectorLanes;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Words16 [[gnu::vector_size(64)]] = std::uint32_t;

// 32 numbers of a query or of a cache's row, in whatever order their form is read fastest: sums of products do not
// mind.
struct Pair {
  Floats16 first, second;
};

DRAGOMAN_INLINE void read(const float* from, Pair& to) {
  load(from, to.first);
  load(from + 16, to.second);
}

// A bfloat16 is the upper half of a float: those in the lower halves of words come first, then those in the upper.
DRAGOMAN_INLINE void read(const std::uint16_t* from, Pair& to) {
  Words16 words;
  std::memcpy(&words, from, sizeof words);
  to.first = reinterpret_cast<Floats16>(words << 16);
  to.second = reinterpret_cast<Floats16>(words & 0xffff0000U);
}

// A query in the order of read(), and a result from it. The last argument tells the form.
DRAGOMAN_INLINE void arrange(const float* from, Pair& to, const float*) {
  read(from, to);
}

DRAGOMAN_INLINE void arrange(const float* from, Pair& to, const std::uint16_t*) {
  Pair halves;
  read(from, halves);
  to.first =
      __builtin_shufflevector(halves.first, halves.second, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  to.second =
      __builtin_shufflevector(halves.first, halves.second, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

DRAGOMAN_INLINE void write(const Pair& from, float* to, const float*) {
  std::memcpy(to, &from, sizeof from);
}

DRAGOMAN_INLINE void write(const Pair& from, float* to, const std::uint16_t*) {
  const Pair halves{
      __builtin_shufflevector(from.first, from.second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      __builtin_shufflevector(from.first, from.second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)};
  std::memcpy(to, &halves, sizeof halves);
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

// Keys or values of one head that are wanted next: they are short, and far from each other.
template <typename Element>
DRAGOMAN_INLINE void prefetch(const Element* head, std::int64_t width) {
  const auto* bytes = reinterpret_cast<const char*>(head);
  for (std::size_t i = 0; i < sizeof(Element) * static_cast<std::size_t>(width); i += 64) __builtin_prefetch(bytes + i);
}

// One head of kPairs · 32 numbers.
template <int kPairs>
struct WholePairs {
  template <typename Element>
  DRAGOMAN_INLINE static void score(const float* q, const Element* keys, std::int64_t stride, const std::int32_t* rows,
                                    std::int64_t count, std::int64_t width, float* scores) {
    Pair query[kPairs];
    for (int i = 0; i < kPairs; ++i) arrange(q + 32 * i, query[i], keys);
    for (std::int64_t p = 0; p < count; ++p) {
      const Element* key = keys + rows[p] * stride;
      prefetch(key + stride / 2, width);  // its values
      Pair sum{}, of_key;
      for (int i = 0; i < kPairs; ++i) {
        read(key + 32 * i, of_key);
        sum.first += query[i].first * of_key.first;
        sum.second += query[i].second * of_key.second;
      }
      const Floats16 all = sum.first + sum.second;
      scores[p] = sum_of(all);
    }
  }

  template <typename Element>
  DRAGOMAN_INLINE static void sum(const float* weights, const Element* values, std::int64_t stride,
                                  const std::int32_t* rows, std::int64_t count, std::int64_t, float* out) {
    Pair sums[kPairs] = {}, value;
    for (std::int64_t p = 0; p < count; ++p) {
      const Element* row = values + rows[p] * stride;
      for (int i = 0; i < kPairs; ++i) {
        read(row + 32 * i, value);
        sums[i].first += weights[p] * value.first;
        sums[i].second += weights[p] * value.second;
      }
    }
    for (int i = 0; i < kPairs; ++i) write(sums[i], out + 32 * i, values);
  }
};

// One head of any width.
struct AnyWidth {
  template <typename Element>
  DRAGOMAN_INLINE static void score(const float* q, const Element* keys, std::int64_t stride, const std::int32_t* rows,
                                    std::int64_t count, std::int64_t width, float* scores) {
    for (std::int64_t p = 0; p < count; ++p) {
      const Element* key = keys + rows[p] * stride;
      float sum = 0;
      for (std::int64_t i = 0; i < width; ++i) sum += q[i] * widened(key[i]);
      scores[p] = sum;
    }
  }

  template <typename Element>
  DRAGOMAN_INLINE static void sum(const float* weights, const Element* values, std::int64_t stride,
                                  const std::int32_t* rows, std::int64_t count, std::int64_t width, float* out) {
    std::fill(out, out + width, 0.0F);
    for (std::int64_t p = 0; p < count; ++p) {
      const Element* row = values + rows[p] * stride;
      for (std::int64_t i = 0; i < width; ++i) out[i] += weights[p] * widened(row[i]);
    }
  }
};

template <typename Head, typename Element>
DRAGOMAN_INLINE void attend_heads(const float* q, const Element* cache, const std::int32_t* rows, std::int64_t count,
                                  const HeadShape& shape, float* scores, float* out) {
  const std::int64_t width = shape.width, keys = shape.key_value_heads * width, stride = 2 * keys;
  const std::int64_t share = shape.heads / shape.key_value_heads;
  const float scale = 1.0F / std::sqrt(static_cast<float>(width));
  for (std::int64_t head = 0; head < shape.heads; ++head) {
    const std::int64_t first = head / share * width;
    Head::score(q + head * width, cache + first, stride, rows, count, width, scores);
    if (shape.bias == nullptr) {
      for (std::int64_t p = 0; p < count; ++p) scores[p] *= scale;
    } else {
      const float* bias = shape.bias + (head + 1) * shape.bias_stride - count;
      for (std::int64_t p = 0; p < count; ++p) scores[p] = scores[p] * scale + bias[p];
    }
    for (std::int64_t p = count; p % kLanes != 0; ++p) scores[p] = -kInfinity;
    for (std::int64_t p = 0; p < count && first + width < keys; ++p)
      prefetch(cache + rows[p] * stride + first + width, width);  // the next head's keys
    normalise(scores, count);
    Head::sum(scores, cache + keys + first, stride, rows, count, width, out + head * width);
  }
}

template <typename Element>
DRAGOMAN_INLINE void attend(const float* q, const Element* cache, const std::int32_t* rows, std::int64_t count,
                            const HeadShape& shape, float* scores, float* out) {
  switch (shape.width) {
    case 32:
      return attend_heads<WholePairs<1>>(q, cache, rows, count, shape, scores, out);
    case 64:
      return attend_heads<WholePairs<2>>(q, cache, rows, count, shape, scores, out);
    case 128:
      return attend_heads<WholePairs<4>>(q, cache, rows, count, shape, scores, out);
    default:
      return attend_heads<AnyWidth>(q, cache, rows, count, shape, scores, out);
  }
}

}  // namespace

DRAGOMAN_CLONES void attend_one(const float* q, const float* cache, const std::int32_t* rows, std::int64_t count,
                                const HeadShape& shape, float* scores, float* out) {
  attend(q, cache, rows, count, shape, scores, out);
}

DRAGOMAN_CLONES void attend_one(const float* q, const std::uint16_t* cache, const std::int32_t* rows,
                                std::int64_t count, const HeadShape& shape, float* scores, float* out) {
  attend(q, cache, rows, count, shape, scores, out);
}

}  // namespace dragoman
