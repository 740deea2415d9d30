#include "decoding/engine/output_projection.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace dragoman {
namespace {

using torch::Tensor;

// For 128 rows half a megabyte of logits.
constexpr std::int64_t kBlock = 1024;

// The sums of a search without its candidates, so that a log-probability is the same to the last bit.
class RowSums {
 public:
  explicit RowSums(std::size_t rows) : ids_(rows), best_(rows) {
    rows_.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row)
      rows_.emplace_back(all_, std::span(ids_).subspan(row, 1), std::span(best_).subspan(row, 1));
  }
  RowSums(const RowSums&) = delete;
  RowSums& operator=(const RowSums&) = delete;

  // block: [R, n], contiguous
  void add(const Tensor& block, std::int64_t first_id) {
    const float* logits = block.const_data_ptr<float>();
    const auto width = static_cast<std::size_t>(block.size(1));
    for (TopCandidates& row : rows_) {
      row.add({logits, width}, static_cast<std::int32_t>(first_id));
      logits += width;
    }
  }
  double of(std::size_t row) const { return rows_[row].log_sum(); }

 private:
  const AllowedIds all_;
  std::vector<std::int32_t> ids_;
  std::vector<float> best_;
  std::vector<TopCandidates> rows_;
};

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

template <typename Use>
void OutputProjection::for_each_block(const Tensor& states, Use use) const {
  const KernelInput input = blocks_.front().prepare(states);
  std::int64_t first = 0;
  for (const PackedLinear& block : blocks_) {
    const Tensor logits = block.product(input);
    use(logits, first);
    first += logits.size(1);
  }
}

Candidates OutputProjection::candidates(const Tensor& states, const TokenQuery& query) const {
  const Tensor rows = states.to(torch::kFloat32);
  if (!on_cpu_) return candidates_by_operators(blocks_.front()(rows), query);
  CandidateSelection selection(vocabulary_, query);
  for_each_block(rows, [&](const Tensor& logits, std::int64_t first) { selection.add(logits, first); });
  return selection.finish();
}

LogProbs OutputProjection::log_probs(const Tensor& states) const {
  const Tensor rows = states.to(torch::kFloat32);
  LogProbs found{rows.size(0), vocabulary_, {}};
  found.values.resize(static_cast<std::size_t>(found.rows * vocabulary_));
  const Tensor all = at::from_blob(found.values.data(), {found.rows, vocabulary_}, torch::kFloat32);
  if (!on_cpu_) {
    all.copy_(log_softmax_of(blocks_.front()(rows)));
    return found;
  }
  RowSums sums(static_cast<std::size_t>(found.rows));
  for_each_block(rows, [&](const Tensor& logits, std::int64_t first) {
    sums.add(logits, first);
    all.narrow(1, first, logits.size(1)).copy_(logits);
  });
  float* value = found.values.data();
  for (std::size_t row = 0; row < static_cast<std::size_t>(found.rows); ++row) {
    const double subtrahend = sums.of(row);
    for (float* const end = value + vocabulary_; value < end; ++value) *value = static_cast<float>(*value - subtrahend);
  }
  return found;
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
  RowSums sums(ids.size());
  std::vector<float> wanted(ids.size());
  for_each_block(states, [&](const Tensor& logits, std::int64_t first) {
    sums.add(logits, first);
    const std::int64_t width = logits.size(1);
    const float* of_row = logits.const_data_ptr<float>();
    for (std::size_t row = 0; row < ids.size(); ++row, of_row += width) {
      if (const std::int64_t place = ids[row] - first; place >= 0 && place < width) wanted[row] = of_row[place];
    }
  });
  for (std::size_t row = 0; row < ids.size(); ++row) found.push_back(static_cast<float>(wanted[row] - sums.of(row)));
}

}  // namespace dragoman
