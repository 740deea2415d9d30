#include "decoding/engine/output_projection.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

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

std::vector<float> OutputProjection::log_probs(const Tensor& states, std::span<const std::int32_t> ids) const {
  const Tensor rows = states.to(torch::kFloat32);
  std::vector<float> found;
  found.reserve(ids.size());
  if (on_cpu_) {
    constexpr std::int64_t kRows = 128;
    for (std::int64_t first = 0; first < rows.size(0); first += kRows) {
      const std::int64_t count = std::min(kRows, rows.size(0) - first);
      add_log_probs(rows.narrow(0, first, count), ids.subspan(first, count), found);
    }
    return found;
  }
  const std::vector<std::int64_t> wanted(ids.begin(), ids.end());
  const Tensor log_probs = at::log_softmax(blocks_.front()(rows), 1, torch::kFloat32)
                               .gather(1, at::tensor(wanted, torch::kInt64).to(rows.device()).unsqueeze(1))
                               .to(torch::kCPU);
  const float* value = log_probs.const_data_ptr<float>();
  found.assign(value, value + ids.size());
  if (std::ranges::any_of(found, [](float log_prob) { return std::isnan(log_prob); })) throw NotFinite();
  return found;
}

void OutputProjection::add_log_probs(const Tensor& states, std::span<const std::int32_t> ids,
                                     std::vector<float>& found) const {
  // What is best is of no interest here, but its sums are those of a search.
  std::vector<std::int32_t> best_ids(ids.size());
  std::vector<float> best(ids.size()), wanted(ids.size());
  std::vector<TopCandidates> rows;
  rows.reserve(ids.size());
  for (std::size_t row = 0; row < ids.size(); ++row)
    rows.emplace_back(std::span<const std::int32_t>(), std::span(best_ids).subspan(row, 1),
                      std::span(best).subspan(row, 1));
  const KernelInput input = blocks_.front().prepare(states);
  std::int64_t first = 0;
  for (const PackedLinear& block : blocks_) {
    const Tensor logits = block.product(input);
    const std::int64_t width = logits.size(1);
    const float* of_row = logits.const_data_ptr<float>();
    for (std::size_t row = 0; row < rows.size(); ++row, of_row += width) {
      rows[row].add({of_row, static_cast<std::size_t>(width)}, static_cast<std::int32_t>(first));
      if (const std::int64_t place = ids[row] - first; place >= 0 && place < width) wanted[row] = of_row[place];
    }
    first += width;
  }
  for (std::size_t row = 0; row < rows.size(); ++row)
    found.push_back(static_cast<float>(wanted[row] - rows[row].log_sum()));
}

}  // namespace dragoman
