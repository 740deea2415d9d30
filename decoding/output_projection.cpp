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
  blocks_.reserve(static_cast<std::size_t>((vocabulary_ + block - 1) / block));
  for (std::int64_t first = 0; first < vocabulary_; first += block) {
    const std::int64_t size = std::min(block, vocabulary_ - first);
    const Tensor bias = layer.bias.defined() ? layer.bias.narrow(0, first, size) : Tensor();
    if (layer.quantised) {
      const QuantisedMatrix& all = *layer.quantised;
      blocks_.emplace_back(QuantisedMatrix{all.values.narrow(0, first, size), all.scales.narrow(0, first, size)}, bias);
    } else {
      blocks_.emplace_back(layer.weight.narrow(0, first, size), bias, type);
    }
  }
}

Candidates OutputProjection::candidates(const Tensor& states, const ForbiddenIds& forbidden,
                                        std::span<const std::uint8_t> forbid_eos, std::int64_t count) const {
  const Tensor rows = states.to(torch::kFloat32);
  if (!on_cpu_) return candidates_by_operators(blocks_.front()(rows), forbidden, forbid_eos, count);
  CandidateSelection selection(vocabulary_, forbidden, forbid_eos, count);
  const KernelInput input = blocks_.front().prepare(rows);
  std::int64_t first = 0;
  for (const PackedLinear& block : blocks_) {
    const Tensor logits = block.product(input);
    selection.add(logits, first);
    first += logits.size(1);
  }
  return selection.finish();
}

Tensor OutputProjection::log_probs(const Tensor& states, const Tensor& ids) const {
  // So many rows that their logits are no burden.
  constexpr std::int64_t kRows = 128;
  std::vector<Tensor> results;
  for (std::int64_t first = 0; first < states.size(0); first += kRows) {
    const std::int64_t count = std::min(kRows, states.size(0) - first);
    const KernelInput input = blocks_.front().prepare(states.narrow(0, first, count).to(torch::kFloat32));
    std::vector<Tensor> logits;
    for (const PackedLinear& block : blocks_) logits.push_back(block.product(input));
    const Tensor all = at::log_softmax(at::cat(logits, 1), 1, torch::kFloat32);
    results.push_back(all.gather(1, ids.narrow(0, first, count).unsqueeze(1)).squeeze(1));
  }
  return at::cat(results);
}

}  // namespace dragoman
