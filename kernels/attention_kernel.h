#pragma once

#include <cstddef>
#include <cstdint>

namespace dragoman {

/// Rows of one head: row t begins at first[t · stride].
template <typename Number>
struct HeadRows {
  Number* first;
  std::int64_t stride;
};

/// One sentence's head of keys and values with the neighbouring heads of queries that share it.
struct AttentionGroup {
  std::int64_t heads;                 ///< of queries
  std::int64_t queries, keys, width;  ///< T, S, d
  float scale;                        ///< of dot products, as 1 / √d
  bool causal;                        ///< query t sees keys [0, t] alone
  const float* key_bias;              ///< [S], 0 or -inf; or null
  const float *cosines, *sines;       ///< [max(T, S), d/2]: what turns queries and keys (RoPE); or null
  const float* scales;                ///< [heads, T, S]: what dropout multiplies weights with; or null
};

/// Floats that the functions below need as working memory.
std::size_t attention_scratch(const AttentionGroup& group);

/// For each head of queries softmax(scale · q · kᵀ + bias) · v, by way of float32, whatever the elements are. The heads
/// of q and of out lie next to each other.
void attend_group(const AttentionGroup& group, HeadRows<const float> q, HeadRows<const float> k,
                  HeadRows<const float> v, HeadRows<float> out, float* scratch);

/// The same with bfloat16, given by their bits.
void attend_group(const AttentionGroup& group, HeadRows<const std::uint16_t> q, HeadRows<const std::uint16_t> k,
                  HeadRows<const std::uint16_t> v, HeadRows<std::uint16_t> out, float* scratch);

/// Gradients of a sum over out · gradient, as attend_group() computes out.
template <typename Element>
struct AttentionGradients {
  HeadRows<Element> q, k, v;
};

void attend_group_backward(const AttentionGroup& group, HeadRows<const float> q, HeadRows<const float> k,
                           HeadRows<const float> v, HeadRows<const float> gradient,
                           const AttentionGradients<float>& gradients, float* scratch);

void attend_group_backward(const AttentionGroup& group, HeadRows<const std::uint16_t> q,
                           HeadRows<const std::uint16_t> k, HeadRows<const std::uint16_t> v,
                           HeadRows<const std::uint16_t> gradient, const AttentionGradients<std::uint16_t>& gradients,
                           float* scratch);

}  // namespace dragoman
