#include "kernels/attention_kernel.h"

#include "base/bfloat16.h"
#include "base/vectorised.h"
#include "kernels/small_product.h"

#include <algorithm>
#include <limits>

namespace dragoman {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::int64_t kBlock = 64;  // queries at a time: their scores stay in the cache

constexpr std::int64_t whole_vectors(std::int64_t count) {
  return (count + 15) / 16 * 16;
}

// The working memory of one group, laid out in `memory`; where that is null, only its size is found. Rows of width
// `wide` or `keys` go on to whole vectors, with zeros.
struct Workspace {
  std::int64_t wide, keys;
  std::int64_t size = 0;                       // in floats
  float *k, *v, *k_transposed, *v_transposed;  // [S, wide] and [wide, S]
  float *of_k, *of_v;                          // [S, wide]
  float *q, *out, *of_q;                       // [block, wide]
  float *weights, *of_weights;                 // [block, S]
  float* bias;                                 // [S]: -inf behind the keys

  Workspace(const AttentionGroup& group, float* memory)
      : wide(whole_vectors(group.width)), keys(whole_vectors(group.keys)) {
    const auto take = [&](std::int64_t count) {
      float* part = memory ? memory + size : nullptr;
      size += count;
      return part;
    };
    for (float** rows : {&k, &v, &k_transposed, &v_transposed, &of_k, &of_v}) *rows = take(keys * wide);
    for (float** rows : {&q, &out, &of_q}) *rows = take(kBlock * wide);
    for (float** rows : {&weights, &of_weights}) *rows = take(kBlock * keys);
    bias = take(keys);
  }
};

// Which queries are at work, of which head, and the keys that they can see.
struct Block {
  std::int64_t head, first, count, seen, seen_wide;

  Block(const AttentionGroup& group, std::int64_t head, std::int64_t first)
      : head(head), first(first), count(std::min(kBlock, group.queries - first)) {
    seen = group.causal ? std::min(first + count, group.keys) : group.keys;
    seen_wide = whole_vectors(seen);
  }
};

template <typename Element>
DRAGOMAN_INLINE void read_rows(HeadRows<const Element> from, std::int64_t first, std::int64_t count, std::int64_t width,
                               float scale, float* to) {
  const std::int64_t wide = whole_vectors(width);
  for (std::int64_t t = 0; t < count; ++t) {
    const Element* row = from.first + (first + t) * from.stride;
    for (std::int64_t i = 0; i < width; ++i) to[t * wide + i] = widened(row[i]) * scale;
    for (std::int64_t i = width; i < wide; ++i) to[t * wide + i] = 0;
  }
}

template <typename Element>
DRAGOMAN_INLINE void write_rows(const float* from, std::int64_t first, std::int64_t count, std::int64_t width,
                                float scale, HeadRows<Element> to) {
  const std::int64_t wide = whole_vectors(width);
  for (std::int64_t t = 0; t < count; ++t) {
    Element* row = to.first + (first + t) * to.stride;
    for (std::int64_t i = 0; i < width; ++i) narrow(from[t * wide + i] * scale, row[i]);
  }
}

// Turns rows that stand at positions from `first` on, or back if `direction` is -1.
DRAGOMAN_INLINE void turn(const AttentionGroup& group, std::int64_t first, std::int64_t count, float direction,
                          float* rows) {
  if (group.cosines == nullptr) return;
  const std::int64_t half = group.width / 2, wide = whole_vectors(group.width);
  for (std::int64_t t = 0; t < count; ++t) {
    float *low = rows + t * wide, *high = low + half;
    const float *cosines = group.cosines + (first + t) * half, *sines = group.sines + (first + t) * half;
    for (std::int64_t i = 0; i < half; ++i) {
      const float sine = sines[i] * direction, before = low[i];
      low[i] = before * cosines[i] - high[i] * sine;
      high[i] = high[i] * cosines[i] + before * sine;
    }
  }
}

template <typename Element>
DRAGOMAN_INLINE void read_keys(const AttentionGroup& group, HeadRows<const Element> k, HeadRows<const Element> v,
                               const Workspace& work) {
  read_rows(k, 0, group.keys, group.width, 1.0F, work.k);
  turn(group, 0, group.keys, 1.0F, work.k);
  read_rows(v, 0, group.keys, group.width, 1.0F, work.v);
  std::fill(work.k + group.keys * work.wide, work.k + work.keys * work.wide, 0.0F);
  transpose(work.k, work.wide, work.k_transposed, work.keys, work.keys, work.wide);
  for (std::int64_t s = 0; s < work.keys; ++s)
    work.bias[s] = s >= group.keys ? -kInfinity : group.key_bias ? group.key_bias[s] : 0.0F;
}

// Softmax in place of each row of scores, which goes on to whole vectors.
DRAGOMAN_INLINE void normalise(const AttentionGroup& group, const Block& block, const float* bias, float* scores) {
  for (std::int64_t t = 0; t < block.count; ++t) {
    float* row = scores + t * block.seen_wide;
    const std::int64_t visible = group.causal ? block.first + t + 1 : block.seen;
    for (std::int64_t s = 0; s < block.seen_wide; ++s) row[s] = s < visible ? row[s] + bias[s] : -kInfinity;
    Floats16 largest, next;
    load(row, largest);
    for (std::int64_t s = 16; s < block.seen_wide; s += 16) {
      load(row + s, next);
      largest = next > largest ? next : largest;
    }
    const float shift = largest_of(largest);
    for (std::int64_t s = 0; s < block.seen_wide; ++s) row[s] -= shift;
  }
  const std::int64_t count = block.count * block.seen_wide;
  for (std::int64_t i = 0; i < count; ++i) scores[i] = scores[i] == -kInfinity ? 0.0F : exp_of_negative(scores[i]);
  for (std::int64_t t = 0; t < block.count; ++t) {
    float* row = scores + t * block.seen_wide;
    Floats16 sums, next;
    load(row, sums);
    for (std::int64_t s = 16; s < block.seen_wide; s += 16) {
      load(row + s, next);
      sums += next;
    }
    const float inverse = 1.0F / sum_of(sums);
    for (std::int64_t s = 0; s < block.seen_wide; ++s) row[s] *= inverse;
  }
}

// The weights before dropout; and the queries, which are scaled.
template <typename Element>
DRAGOMAN_INLINE void weigh(const AttentionGroup& group, const Block& block, HeadRows<const Element> q,
                           const Workspace& work) {
  q.first += block.head * group.width;
  read_rows(q, block.first, block.count, group.width, group.scale, work.q);
  turn(group, block.first, block.count, 1.0F, work.q);
  small_product({work.q, work.wide, 1}, work.k_transposed, work.keys, work.weights, block.seen_wide, block.count,
                block.seen_wide, group.width, false);
  normalise(group, block, work.bias, work.weights);
}

// Rows of weights, or of their gradients, as dropout leaves them.
DRAGOMAN_INLINE void drop(const AttentionGroup& group, const Block& block, float* rows) {
  if (group.scales == nullptr) return;
  for (std::int64_t t = 0; t < block.count; ++t) {
    const float* scales = group.scales + (block.head * group.queries + block.first + t) * group.keys;
    float* row = rows + t * block.seen_wide;
    for (std::int64_t s = 0; s < block.seen; ++s) row[s] *= scales[s];
  }
}

template <typename Element>
DRAGOMAN_INLINE void forward_block(const AttentionGroup& group, const Block& block, HeadRows<const Element> q,
                                   HeadRows<Element> out, const Workspace& work) {
  weigh(group, block, q, work);
  drop(group, block, work.weights);
  small_product({work.weights, block.seen_wide, 1}, work.v, work.wide, work.out, work.wide, block.count, work.wide,
                block.seen, false);
  write_rows(work.out, block.first, block.count, group.width, 1.0F,
             HeadRows<Element>{out.first + block.head * group.width, out.stride});
}

template <typename Element>
DRAGOMAN_INLINE void forward(const AttentionGroup& group, HeadRows<const Element> q, HeadRows<const Element> k,
                             HeadRows<const Element> v, HeadRows<Element> out, float* scratch) {
  const Workspace work(group, scratch);
  read_keys(group, k, v, work);
  for (std::int64_t head = 0; head < group.heads; ++head) {
    for (std::int64_t first = 0; first < group.queries; first += kBlock)
      forward_block(group, Block(group, head, first), q, out, work);
  }
}

// From the gradient of the weights to that of the scores: p · (dp - Σ p · dp).
DRAGOMAN_INLINE void softmax_backward(const Block& block, const float* weights, float* gradients) {
  for (std::int64_t t = 0; t < block.count; ++t) {
    const float* row = weights + t * block.seen_wide;
    float* of_row = gradients + t * block.seen_wide;
    Floats16 sums{}, weight, gradient;
    for (std::int64_t s = 0; s < block.seen_wide; s += 16) {
      load(row + s, weight);
      load(of_row + s, gradient);
      sums += weight * gradient;
    }
    const float sum = sum_of(sums);
    for (std::int64_t s = 0; s < block.seen_wide; ++s) of_row[s] = row[s] * (of_row[s] - sum);
  }
}

template <typename Element>
DRAGOMAN_INLINE void backward_block(const AttentionGroup& group, const Block& block, HeadRows<const Element> q,
                                    HeadRows<const Element> gradient, HeadRows<Element> of_q, const Workspace& work) {
  const std::int64_t offset = block.head * group.width, row = block.seen_wide, wide = work.wide;
  weigh(group, block, q, work);
  read_rows(HeadRows<const Element>{gradient.first + offset, gradient.stride}, block.first, block.count, group.width,
            1.0F, work.out);
  small_product({work.out, wide, 1}, work.v_transposed, work.keys, work.of_weights, row, block.count, row, group.width,
                false);
  drop(group, block, work.of_weights);
  softmax_backward(block, work.weights, work.of_weights);
  drop(group, block, work.weights);
  small_product({work.weights, 1, row}, work.out, wide, work.of_v, wide, block.seen, wide, block.count, true);
  small_product({work.of_weights, 1, row}, work.q, wide, work.of_k, wide, block.seen, wide, block.count, true);
  small_product({work.of_weights, row, 1}, work.k, wide, work.of_q, wide, block.count, wide, block.seen, false);
  turn(group, block.first, block.count, -1.0F, work.of_q);
  write_rows(work.of_q, block.first, block.count, group.width, group.scale,
             HeadRows<Element>{of_q.first + offset, of_q.stride});
}

template <typename Element>
DRAGOMAN_INLINE void backward(const AttentionGroup& group, HeadRows<const Element> q, HeadRows<const Element> k,
                              HeadRows<const Element> v, HeadRows<const Element> gradient,
                              const AttentionGradients<Element>& gradients, float* scratch) {
  const Workspace work(group, scratch);
  const std::int64_t end = group.keys * work.wide;
  read_keys(group, k, v, work);
  std::fill(work.v + end, work.v + work.keys * work.wide, 0.0F);
  transpose(work.v, work.wide, work.v_transposed, work.keys, work.keys, work.wide);
  std::fill(work.of_k, work.of_k + end, 0.0F);
  std::fill(work.of_v, work.of_v + end, 0.0F);
  for (std::int64_t head = 0; head < group.heads; ++head) {
    for (std::int64_t first = 0; first < group.queries; first += kBlock)
      backward_block(group, Block(group, head, first), q, gradient, gradients.q, work);
  }
  turn(group, 0, group.keys, -1.0F, work.of_k);
  write_rows(work.of_k, 0, group.keys, group.width, 1.0F, gradients.k);
  write_rows(work.of_v, 0, group.keys, group.width, 1.0F, gradients.v);
}

}  // namespace

std::size_t attention_scratch(const AttentionGroup& group) {
  return static_cast<std::size_t>(Workspace(group, nullptr).size);
}

DRAGOMAN_CLONES void attend_group(const AttentionGroup& group, HeadRows<const float> q, HeadRows<const float> k,
                                  HeadRows<const float> v, HeadRows<float> out, float* scratch) {
  forward(group, q, k, v, out, scratch);
}

DRAGOMAN_CLONES void attend_group(const AttentionGroup& group, HeadRows<const std::uint16_t> q,
                                  HeadRows<const std::uint16_t> k, HeadRows<const std::uint16_t> v,
                                  HeadRows<std::uint16_t> out, float* scratch) {
  forward(group, q, k, v, out, scratch);
}

DRAGOMAN_CLONES void attend_group_backward(const AttentionGroup& group, HeadRows<const float> q,
                                           HeadRows<const float> k, HeadRows<const float> v,
                                           HeadRows<const float> gradient, const AttentionGradients<float>& gradients,
                                           float* scratch) {
  backward(group, q, k, v, gradient, gradients, scratch);
}

DRAGOMAN_CLONES void attend_group_backward(const AttentionGroup& group, HeadRows<const std::uint16_t> q,
                                           HeadRows<const std::uint16_t> k, HeadRows<const std::uint16_t> v,
                                           HeadRows<const std::uint16_t> gradient,
                                           const AttentionGradients<std::uint16_t>& gradients, float* scratch) {
  backward(group, q, k, v, gradient, gradients, scratch);
}

}  // namespace dragoman
