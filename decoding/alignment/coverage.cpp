#include "decoding/alignment/coverage.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace dragoman {

double coverage_of(const torch::Tensor& weights) {
  TORCH_CHECK(weights.dim() == 2 && weights.is_contiguous() && weights.scalar_type() == torch::kFloat32,
              "coverage_of: the weights must be contiguous float32 [T, S], not ", weights.sizes());
  constexpr double kLeast = 1e-6;
  std::vector<double> sums(static_cast<std::size_t>(weights.size(1)));
  const float* value = weights.const_data_ptr<float>();
  for (std::int64_t target = 0; target < weights.size(0); ++target) {
    for (double& sum : sums) sum += *value++;
  }
  double coverage = 0.0;
  for (const double sum : sums) coverage += std::log(std::clamp(sum, kLeast, 1.0));
  return coverage;
}

std::vector<double> coverages(const AttentionReader& reader, std::span<const AttentionReader::Ids> sources,
                              std::span<const AttentionReader::Ids> targets, const AlignmentOptions& options,
                              const ModelConfig& config) {
  std::vector<double> found(sources.size());
  read_cross_attention(reader, sources, targets, options, config,
                       [&](std::size_t pair, const torch::Tensor& weights) { found[pair] = coverage_of(weights); });
  return found;
}

}  // namespace dragoman
