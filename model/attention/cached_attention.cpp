#include "model/attention/cached_attention.h"

#include "base/vectorised.h"
#include "kernels/cached_attention_kernel.h"
#include "model/layers/elements.h"
#include "model/parallel_parts.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <iterator>
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

std::int64_t longest(std::span<const std::int32_t> lengths) {
  return lengths.empty() ? 0 : *std::ranges::max_element(lengths);
}

// bias: [H, width], of which each query's last key has the last → [R, H, 1, width]
Tensor bias_of_keys(const Tensor& bias, const CacheIndex& index) {
  const Tensor lengths = at::tensor(index.lengths, torch::kInt64).unsqueeze(1);
  const Tensor places = (at::arange(index.width) + (index.width - lengths)).clamp_max_(index.width - 1);  // [R, width]
  return bias.index_select(1, places.flatten().to(bias.device()))
      .view({bias.size(0), index.queries(), index.width})
      .transpose(0, 1)
      .unsqueeze(2);
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

// A buffer that most of stays in use keeps its place: searches that sentences join come here every few steps, and
// buffers of ever other sizes would leave the allocator with holes.
void KeyValueCache::keep(std::span<const std::int64_t> rows) {
  const auto count = static_cast<std::int64_t>(rows.size());
  if (buffer_.is_cpu() && 4 * count >= buffer_.size(0)) {
    const std::size_t bytes = static_cast<std::size_t>(buffer_.size(1)) * buffer_.element_size();
    auto* const first = static_cast<std::byte*>(buffer_.mutable_data_ptr());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto from = static_cast<std::size_t>(rows[i]);
      if (from != i) std::memcpy(first + i * bytes, first + from * bytes, bytes);
    }
  } else {
    const Tensor numbers = at::from_blob(const_cast<std::int64_t*>(rows.data()), {count}, torch::kInt64);
    buffer_ = buffer_.index_select(0, numbers.to(buffer_.device()));
  }
  count_ = count;
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

const PlacedIndex& CacheIndex::placed(const torch::TensorOptions& options) const {
  const bool is_kept =
      kept_placed && kept_placed->bias.device() == options.device() && kept_placed->bias.dtype() == options.dtype();
  if (is_kept) return *kept_placed;
  const Tensor on_device = at::tensor(lengths, torch::kInt32).to(options.device()).unsqueeze(1);
  const Tensor hidden = at::arange(width, on_device.options()).unsqueeze(0) >= on_device;  // [R, width]
  kept_placed =
      PlacedIndex{at::tensor(positions, torch::kInt32).to(options.device()),
                  at::zeros(hidden.sizes(), options).masked_fill_(hidden, -INFINITY).view({queries(), 1, 1, width})};
  return *kept_placed;
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
  extended.width = longest(lengths) + 1;
  extended.positions.reserve(lengths.size() * static_cast<std::size_t>(extended.width));
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    extended.add(*this, i, 0, 1);
    extended.positions[i * static_cast<std::size_t>(extended.width) + static_cast<std::size_t>(lengths[i])] =
        first + static_cast<std::int32_t>(i);
  }
  *this = std::move(extended);
}

void CacheIndex::join(const CacheIndex& other, std::int32_t first) {
  CacheIndex joined;
  joined.width = std::max(longest(lengths), longest(other.lengths));
  joined.positions.reserve((lengths.size() + other.lengths.size()) * static_cast<std::size_t>(joined.width));
  for (std::size_t i = 0; i < lengths.size(); ++i) joined.add(*this, i, 0, 0);
  for (std::size_t i = 0; i < other.lengths.size(); ++i) joined.add(other, i, first, 0);
  *this = std::move(joined);
}

// A query of `from`, whose rows are those from `first` on here, with room for some `more` behind them.
void CacheIndex::add(const CacheIndex& from, std::size_t query, std::int32_t first, std::int64_t more) {
  const std::int32_t length = from.lengths[query];
  const auto begin = from.positions.begin() + static_cast<std::ptrdiff_t>(query) * from.width;
  std::transform(begin, begin + length, std::back_inserter(positions),
                 [&](std::int32_t position) { return position + first; });
  lengths.push_back(length + static_cast<std::int32_t>(more));
  positions.resize(lengths.size() * static_cast<std::size_t>(width), 0);
}

std::vector<bool> CacheIndex::is_used(std::int64_t rows) const {
  std::vector<bool> used(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const std::int32_t* const begin = positions.data() + static_cast<std::int64_t>(i) * width;
    for (const std::int32_t position : std::span(begin, static_cast<std::size_t>(lengths[i])))
      used.at(static_cast<std::size_t>(position)) = true;
  }
  return used;
}

std::int64_t CacheIndex::used(std::int64_t rows) const {
  const std::vector<bool> used = is_used(rows);
  return std::count(used.begin(), used.end(), true);
}

std::vector<std::int64_t> CacheIndex::compact(std::int64_t rows) {
  const std::vector<bool> used = is_used(rows);
  std::vector<std::int64_t> kept;
  std::vector<std::int32_t> place(used.size(), 0);
  for (std::size_t row = 0; row < used.size(); ++row) {
    if (!used[row]) continue;
    place[row] = static_cast<std::int32_t>(kept.size());
    kept.push_back(static_cast<std::int64_t>(row));
  }
  // What lies behind the end of a query's positions is 0, which may be gone, and then stands for another row.
  for (std::int32_t& position : positions) position = place.empty() ? 0 : place[static_cast<std::size_t>(position)];
  kept_placed.reset();
  return kept;
}

// Of each query's positions those at last, last - stride, …, at most `count`; their order stays.
CacheIndex CacheIndex::thinned(std::int64_t stride, std::int64_t count) const {
  CacheIndex thin;
  for (const std::int32_t length : lengths) {
    const std::int64_t left = (length + stride - 1) / stride;
    thin.lengths.push_back(static_cast<std::int32_t>(std::min(left, count)));
  }
  thin.width = longest(thin.lengths);
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
  parallel_parts(0, q.size(0), 8, [&](std::int64_t begin, std::int64_t end) {
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
  const PlacedIndex& placed = index.placed(options);
  const std::int64_t rows = index.queries(), head_width = cache.size(1) / (2 * key_value_heads);
  const auto parts = cache.index_select(0, placed.positions)
                         .to(placed.bias.scalar_type())
                         .view({rows, index.width, 2, key_value_heads, head_width})
                         .unbind(2);
  return {parts[0].transpose(1, 2), parts[1].transpose(1, 2), placed.bias};
}

Tensor attend_cached_by_operators(const Tensor& q, const Tensor& cache, const CacheIndex& index, std::int64_t heads,
                                  const Tensor& bias) {
  check_shapes(q, cache, index, heads, bias);
  const std::int64_t head_width = q.size(1) / heads, key_value_heads = cache.size(1) / (2 * head_width);
  const CachedKeysValues memory = gather(cache, index, key_value_heads, q.options());
  const auto of_heads = [&](const Tensor& shared) {
    return key_value_heads == heads ? shared : shared.repeat_interleave(heads / key_value_heads, 1);
  };
  return at::scaled_dot_product_attention(q.reshape({q.size(0), heads, 1, head_width}), of_heads(memory.keys),
                                          of_heads(memory.values),
                                          bias.defined() ? memory.bias + bias_of_keys(bias, index) : memory.bias)
      .reshape(q.sizes());
}

}  // namespace dragoman
