#include "decoding/engine/length_batches.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace dragoman {

std::vector<std::vector<std::size_t>> batches_by_length(std::span<const std::size_t> lengths, std::size_t batch_size,
                                                        std::size_t batch_tokens) {
  std::vector<std::size_t> order(lengths.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });

  constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();
  std::vector<std::vector<std::size_t>> batches;
  for (std::size_t begin = 0; begin < order.size();) {
    const std::size_t longest = std::max<std::size_t>(lengths[order[begin]], 1);
    const std::size_t by_tokens = batch_tokens == 0 ? kUnlimited : std::max<std::size_t>(batch_tokens / longest, 1);
    const std::size_t by_size = batch_size == 0 ? kUnlimited : batch_size;
    const std::size_t size = std::min({by_tokens, by_size, order.size() - begin});
    batches.emplace_back(order.begin() + begin, order.begin() + begin + size);
    begin += size;
  }
  return batches;
}

}  // namespace dragoman
