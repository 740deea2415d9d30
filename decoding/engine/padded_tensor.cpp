#include "decoding/engine/padded_tensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>

namespace dragoman {

torch::Tensor padded_tensor(const PaddedIds& ids, const ModelConfig& config, torch::Device device) {
  std::int64_t width = ids.width;
  if (const auto limit = config.longest_sentence()) {
    const std::int64_t longest = ids.lengths.empty() ? 0 : *std::ranges::max_element(ids.lengths);
    width = std::min(width, std::max<std::int64_t>(longest, *limit));
  }
  const torch::Tensor all = at::tensor(ids.ids, torch::kInt64).view({ids.rows, ids.width});
  return all.narrow(1, 0, width).to(device);
}

}  // namespace dragoman
