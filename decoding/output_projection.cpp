#include "decoding/output_projection.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace dragoman {
namespace {

using torch::Tensor;

// For 128 rows half a megabyte of logits.
constexpr std::int64_t kBlock = 1024;

}  // namespace

OutputProjection::OutputProjection(const OutputLayer& layer, WeightType type)
    : vocabulary_(layer.weight.size(0)), on_cpu_(layer.weight.is_cpu()) {
  const std::int64_t block = on_cpu_ ? kBlock : vocabulary_;
  for (std::int64_t first = 0; first < vocabulary_; first += block) {
    const std::int64_t size = std::min(block, vocabulary_ - first);
    blocks_.emplace_back(layer.weight.narrow(0, first, size),
                         layer.bias.defined() ? layer.bias.narrow(0, first, size) : Tensor(), type);
  }
}

Candidates OutputProjection::candidates(const Tensor& states, const ForbiddenIds& forbidden,
                                        std::span<const std::uint8_t> forbid_eos, std::int64_t count) const {
  const Tensor rows = states.to(torch::kFloat32);
  if (!on_cpu_) return candidates_by_operators(blocks_.front()(rows), forbidden, forbid_eos, count);
  CandidateSelection selection(vocabulary_, forbidden, forbid_eos, count);
  const PackedLinear::Input input = blocks_.front().prepare(rows);
  std::int64_t first = 0;
  for (const PackedLinear& block : blocks_) {
    const Tensor logits = block.product(input);
    selection.add(logits, first);
    first += logits.size(1);
  }
  return selection.finish();
}

}  // namespace dragoman
