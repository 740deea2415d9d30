#include "decoding/engine/shortlisted_output.h"

#include "base/rounding.h"
#include "decoding/search/top_candidates.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;
using Ids = std::vector<std::int32_t>;

// oneDNN compiles code for each new number of columns; rounding it up lets few kernels serve all batches.
constexpr std::size_t kColumnMultiple = 256;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void leave_out(Ids& ids, std::span<const std::int32_t> forbidden) {
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
  ids.resize(rounded_up(ids.size(), kColumnMultiple), ids.back());
  const Tensor rows = at::tensor(ids, torch::kInt64).to(layer.weight.device());
  const Tensor bias = layer.bias.defined() ? layer.bias.detach().index_select(0, rows) : Tensor();
  if (!layer.quantised) return {layer.weight.detach().index_select(0, rows), bias, type};
  return {QuantisedMatrix{layer.quantised->values.index_select(0, rows), layer.quantised->scales.index_select(0, rows)},
          bias};
}

// In `list`, which is ascending.
std::optional<std::size_t> place_in(const Ids& list, std::int32_t id) {
  const auto found = std::ranges::lower_bound(list, id);
  if (found == list.end() || *found != id) return std::nullopt;
  return static_cast<std::size_t>(found - list.begin());
}

// By places in `list`, which is ascending, rather than ids.
AllowedIds in_places(const AllowedIds& allowed, const Ids& list) {
  Ids places;
  for (const std::int32_t id : allowed.ids()) {
    if (const auto place = place_in(list, id)) places.push_back(static_cast<std::int32_t>(*place));
  }
  AllowedIds result;
  if (allowed.only()) {
    result.keep_only(places);
  } else {
    result.forbid(places);
  }
  return result;
}

}  // namespace

ShortlistedOutput::ShortlistedOutput(const OutputLayer& layer, WeightType type, std::vector<Ids> lists,
                                     std::span<const std::int32_t> forbidden)
    : vocabulary_(layer.weight.size(0)) {
  for (Ids& list : lists) leave_out(list, forbidden);
  const Ids all = union_of(lists);
  product_.emplace(rows_of(layer, type, all));
  for (Ids& ids : lists) {
    List list;
    for (const std::int32_t id : ids)
      list.columns.push_back(static_cast<std::int32_t>(std::ranges::lower_bound(all, id) - all.begin()));
    list.ids = std::move(ids);
    lists_.push_back(std::move(list));
  }
}

template <typename Use>
void ShortlistedOutput::for_each_row(const Tensor& states, std::span<const std::int32_t> sentences, Use use) const {
  const Tensor logits = product_->product(product_->prepare(states.to(torch::kFloat32))).to(torch::kCPU).contiguous();
  std::vector<float> listed;
  for (std::size_t row = 0; row < sentences.size(); ++row) {
    const List& list = lists_.at(static_cast<std::size_t>(sentences[row]));
    const float* of_row = logits.const_data_ptr<float>() + static_cast<std::int64_t>(row) * logits.size(1);
    listed.resize(list.columns.size());
    std::ranges::transform(list.columns, listed.begin(), [&](std::int32_t column) { return of_row[column]; });
    use(row, list, listed);
  }
}

Candidates ShortlistedOutput::candidates(const Tensor& states, std::span<const std::int32_t> sentences,
                                         const TokenQuery& query) const {
  Candidates found = candidate_places(query, vocabulary_);
  const auto places = static_cast<std::size_t>(found.per_row);
  for_each_row(states, sentences, [&](std::size_t row, const List& list, const std::vector<float>& logits) {
    const AllowedIds in_list = in_places(query.allowed[row], list.ids);
    const std::size_t count = std::min(static_cast<std::size_t>(query.count_of(row)), places);
    const std::span ids = std::span(found.ids).subspan(row * places, count);
    TopCandidates best(in_list, ids, std::span(found.log_probs).subspan(row * places, count));
    best.add(logits, 0);
    best.finish();
    for (std::int32_t& id : ids) id = list.ids[static_cast<std::size_t>(id)];
    if (query.named.empty()) return;
    for (std::size_t i = 0; i < query.named[row].size(); ++i) {
      const auto place = place_in(list.ids, query.named[row][i]);
      const float log_prob = place ? static_cast<float>(logits[*place] - best.log_sum()) : -kInfinity;
      found.named[row][i] = {log_prob, log_prob};
    }
  });
  return found;
}

LogProbs ShortlistedOutput::log_probs(const Tensor& states, std::span<const std::int32_t> sentences) const {
  LogProbs found{std::ssize(sentences), vocabulary_, {}};
  found.values.resize(static_cast<std::size_t>(found.rows * vocabulary_), -kInfinity);
  for_each_row(states, sentences, [&](std::size_t row, const List& list, const std::vector<float>& logits) {
    const AllowedIds all;
    std::int32_t best_id = 0;
    float best = 0.0F;
    TopCandidates sum(all, {&best_id, 1}, {&best, 1});
    sum.add(logits, 0);
    const double subtrahend = sum.log_sum();
    float* const of_row = found.values.data() + static_cast<std::int64_t>(row) * vocabulary_;
    for (std::size_t i = 0; i < logits.size(); ++i) of_row[list.ids[i]] = static_cast<float>(logits[i] - subtrahend);
  });
  return found;
}

}  // namespace dragoman
