#include "decoding/engine/shortlisted_output.h"

#include "decoding/search/top_candidates.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;
using Ids = std::vector<std::int32_t>;

// oneDNN compiles code for each new number of columns; rounding it up lets few kernels serve all batches.
constexpr std::size_t kColumnMultiple = 256;

void leave_out(Ids& ids, const Ids& forbidden) {
  std::erase_if(ids, [&](std::int32_t id) { return std::ranges::find(forbidden, id) != forbidden.end(); });
}

Ids union_of(const std::vector<Ids>& lists) {
  Ids all;
  for (const Ids& list : lists) all.insert(all.end(), list.begin(), list.end());
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

PackedLinear rows_of(const OutputLayer& layer, WeightType type, Ids ids) {
  ids.resize((ids.size() + kColumnMultiple - 1) / kColumnMultiple * kColumnMultiple, ids.back());
  const Tensor rows = at::tensor(ids, torch::kInt64).to(layer.weight.device());
  const Tensor bias = layer.bias.defined() ? layer.bias.detach().index_select(0, rows) : Tensor();
  if (!layer.quantised) return {layer.weight.detach().index_select(0, rows), bias, type};
  return {QuantisedMatrix{layer.quantised->values.index_select(0, rows), layer.quantised->scales.index_select(0, rows)},
          bias};
}

}  // namespace

ShortlistedOutput::ShortlistedOutput(const OutputLayer& layer, WeightType type, std::vector<Ids> lists,
                                     const ForbiddenIds& forbidden) {
  for (Ids& list : lists) leave_out(list, forbidden.never);
  const Ids all = union_of(lists);
  product_.emplace(rows_of(layer, type, all));
  for (Ids& ids : lists) {
    List list;
    for (const std::int32_t id : ids) {
      if (id == forbidden.eos) list.eos.push_back(static_cast<std::int32_t>(list.columns.size()));
      list.columns.push_back(static_cast<std::int32_t>(std::ranges::lower_bound(all, id) - all.begin()));
    }
    list.ids = std::move(ids);
    lists_.push_back(std::move(list));
  }
}

Candidates ShortlistedOutput::candidates(const Tensor& states, std::span<const std::int32_t> sentences,
                                         std::span<const std::uint8_t> forbid_eos, std::int64_t count) const {
  const Tensor logits = product_->product(product_->prepare(states.to(torch::kFloat32))).to(torch::kCPU).contiguous();
  Candidates found;
  found.rows = logits.size(0);
  found.per_row = count;
  found.ids.resize(static_cast<std::size_t>(found.rows * count));
  found.log_probs.resize(found.ids.size());
  const auto places = static_cast<std::size_t>(count);
  std::vector<float> listed;
  for (std::size_t row = 0; row < sentences.size(); ++row) {
    const List& list = lists_.at(static_cast<std::size_t>(sentences[row]));
    const float* of_row = logits.const_data_ptr<float>() + static_cast<std::int64_t>(row) * logits.size(1);
    listed.resize(list.columns.size());
    std::ranges::transform(list.columns, listed.begin(), [&](std::int32_t column) { return of_row[column]; });
    const std::span ids = std::span(found.ids).subspan(row * places, places);
    TopCandidates best(forbid_eos[row] ? std::span(list.eos) : std::span<const std::int32_t>(), ids,
                       std::span(found.log_probs).subspan(row * places, places));
    best.add(listed, 0);
    best.finish();
    for (std::int32_t& id : ids) id = list.ids[static_cast<std::size_t>(id)];
  }
  return found;
}

}  // namespace dragoman
