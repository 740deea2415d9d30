#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// The fused attention gives a row the same result in any batch, to the last bit, if its length, padding included, is a
/// multiple of this: with 4, which other processors get by with, every tenth sentence had another score.
inline constexpr std::int64_t kWidthMultiple = 16;

/// Groups items of similar length: the indices of `lengths`, longest first (ties by index), cut into batches of at most
/// `batch_size` items and, as far as a single item allows, items × longest at most `batch_tokens`. 0 means no limit.
std::vector<std::vector<std::size_t>> batches_by_length(std::span<const std::size_t> lengths, std::size_t batch_size,
                                                        std::size_t batch_tokens);

}  // namespace dragoman
