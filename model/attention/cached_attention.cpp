#include "model/attention/cached_attention.h"

#include "base/vectorised.h"
#include "kernels/cached_attention_kernel.h"
#include "model/layers/elements.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr std::int64_t kSmallestCache = 64;

bool is_ours(const Tensor& q, const Tensor& cache) {
  const bool known = cache.scalar_type() == torch::kFloat32 || cache.scalar_type() == torch::kBFloat16;
  return q.is_cpu() && q.scalar_type() == torch::kFloat32 && known && cache.is_contiguous() && q.stride(1) == 1;
}

void check_shapes(const Tensor& q, const Tensor& cache, const CacheIndex& index, std::int64_t heads,
                  const Tensor& bias) {
  const std::int64_t head_width = q.size(1) / heads;
  TORCH_CHECK(q.dim() == 2 && cache.dim() == 2 && q.size(1) % heads == 0 && cache.size(1) % (2 * head_width) == 0 &&
                  heads % (cache.size(1) / (2 * head_width)) == 0 && index.queries() == q.size(0),
              "cached attention: queries ", q.sizes(), " of ", heads, " heads, a cache ", cache.sizes(),
              " and an index of ", index.queries(), " do not fit [R, H · d], [N, 2 · G · d], R");
  TORCH_CHECK(!bias.defined() || bias.sizes() == at::IntArrayRef({heads, index.width}),
              "cached attention: the bias is ", bias.sizes(), ", not [H, width] of ", heads, " heads and ", index.width,
              " positions");
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

CacheIndex CacheIndex::of_sentences(const Tensor& lengths, std::int64_t source_length) {
  CacheIndex index;
  index.width = source_length;
  index.positions.resize(static_cast<std::size_t>(lengths.size(0) * source_length));
  std::iota(index.positions.begin(), index.positions.end(), 0);
  for (std::int64_t i = 0; i < lengths.size(0); ++i)
    index.lengths.push_back(static_cast<std::int32_t>(lengths[i].item<std::int64_t>()));
  return index;
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

// Of each query's positions those at last, last - stride, …, at most `count`; their order stays.
CacheIndex CacheIndex::thinned(std::int64_t stride, std::int64_t count) const {
  CacheIndex thin;
  for (const std::int32_t length : lengths) {
    const std::int64_t left = (length + stride - 1) / stride;
    thin.lengths.push_back(static_cast<std::int32_t>(std::min(left, count)));
  }
  thin.width = *std::ranges::max_element(thin.lengths);
  thin.positions.assign(lengths.size() * static_cast<std::size_t>(thin.width), 0);
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const std::int32_t* from = positions.data() + static_cast<std::int64_t>(i) * width + lengths[i] - 1;
    std::int32_t* to = thin.positions.data() + static_cast<std::int64_t>(i) * thin.width + thin.lengths[i] - 1;
    for (std::int32_t n = 0; n < thin.lengths[i]; ++n) *(to - n) = *(from - n * stride);
  }
  return thin;
}

CacheIndex CacheIndex::last(std::int64_t count) const {
  return thinned(1, count);
}

CacheIndex CacheIndex::every(std::int64_t stride) const {
  return thinned(stride, width);
}

Tensor attend_cached(const Tensor& q, const Tensor& cache, const CacheIndex& index, std::int64_t heads,
                     const Tensor& bias) {
  check_shapes(q, cache, index, heads, bias);
  if (!is_ours(q, cache)) return attend_cached_by_operators(q, cache, index, heads, bias);
  const std::int64_t width = q.size(1);
  const std::int64_t head_width = width / heads;
  const Tensor biases = bias.defined() ? bias.to(torch::kFloat32).contiguous() : bias;
  const HeadShape shape{heads, cache.size(1) / (2 * head_width), head_width, elements<float>(biases), index.width};
  const bool halves = cache.scalar_type() == torch::kBFloat16;
  const Tensor result = at::empty({q.size(0), width}, q.options());
  const float* queries = q.const_data_ptr<float>();
  float* out = result.mutable_data_ptr<float>();
  at::parallel_for(0, q.size(0), 8, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> scores(static_cast<std::size_t>(index.width + kVectorLanes));
    for (std::int64_t row = begin; row < end; ++row) {
      const float* query = queries + row * q.stride(0);
      const std::int32_t* rows = index.positions.data() + row * index.width;
      const std::int64_t count = index.lengths[static_cast<std::size_t>(row)];
      if (halves) {
        attend_one(query, elements<std::uint16_t>(cache), rows, count, shape, scores.data(), out + row * width);
      } else {
        attend_one(query, elements<float>(cache), rows, count, shape, scores.data(), out + row * width);
      }
    }
  });
  return result;
}

CachedKeysValues gather(const Tensor& cache, const CacheIndex& index, std::int64_t key_value_heads,
                        const torch::TensorOptions& options) {
  const Tensor positions = at::tensor(index.positions, torch::kInt32).to(options.device());
  const Tensor lengths = at::tensor(index.lengths, torch::kInt32).to(options.device());
  const Tensor hidden = at::arange(index.width, lengths.options()).unsqueeze(0) >= lengths.unsqueeze(1);  // [R, width]
  const Tensor bias = at::zeros(hidden.sizes(), options).masked_fill_(hidden, -INFINITY);
  const std::int64_t rows = index.queries(), head_width = cache.size(1) / (2 * key_value_heads);
  const auto parts = cache.index_select(0, positions)
                         .to(bias.scalar_type())
                         .view({rows, index.width, 2, key_value_heads, head_width})
                         .unbind(2);
  return {parts[0].transpose(1, 2), parts[1].transpose(1, 2), bias.view({rows, 1, 1, index.width})};
}

Tensor attend_cached_by_operators(const Tensor& q, const Tensor& cache, const CacheIndex& index, std::int64_t heads,
                                  const Tensor& bias) {
  check_shapes(q, cache, index, heads, bias);
  const std::int64_t head_width = q.size(1) / heads, key_value_heads = cache.size(1) / (2 * head_width);
  const CachedKeysValues memory = gather(cache, index, key_value_heads, q.options());
  const auto of_heads = [&](const Tensor& shared) {
    return key_value_heads == heads ? shared : shared.repeat_interleave(heads / key_value_heads, 1);
  };
  return at::scaled_dot_product_attention(
             q.reshape({q.size(0), heads, 1, head_width}), of_heads(memory.keys), of_heads(memory.values),
             bias.defined() ? memory.bias + bias.view({1, heads, 1, index.width}) : memory.bias)
      .reshape(q.sizes());
}

}  // namespace dragoman
