#include "decoding/engine/candidates.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Candidates places_for(std::size_t rows, std::int64_t vocabulary, std::int64_t count) {
  Candidates places;
  places.rows = static_cast<std::int64_t>(rows);
  places.per_row = std::min(count, vocabulary);
  places.ids.resize(rows * static_cast<std::size_t>(places.per_row));
  places.log_probs.resize(places.ids.size());
  return places;
}

void check_rows(const Tensor& logits, std::size_t rows) {
  TORCH_CHECK(logits.dim() == 2 && logits.size(0) == static_cast<std::int64_t>(rows), "candidates of ", rows,
              " rows need logits [R, V], not ", logits.sizes());
}

// The operators leave the order of equal values open.
void order_ties(std::span<std::int32_t> ids, std::span<const float> log_probs) {
  for (std::size_t begin = 0; begin < ids.size();) {
    std::size_t end = begin + 1;
    while (end < ids.size() && log_probs[end] == log_probs[begin]) ++end;
    std::sort(ids.begin() + begin, ids.begin() + end);
    begin = end;
  }
}

}  // namespace

CandidateSelection::CandidateSelection(std::int64_t vocabulary, const ForbiddenIds& forbidden,
                                       std::span<const std::uint8_t> forbid_eos, std::int64_t count)
    : never_nor_eos_(forbidden.never), result_(places_for(forbid_eos.size(), vocabulary, count)) {
  never_nor_eos_.push_back(forbidden.eos);
  const auto places = static_cast<std::size_t>(result_.per_row);
  rows_.reserve(forbid_eos.size());
  for (std::size_t i = 0; i < forbid_eos.size(); ++i) {
    rows_.emplace_back(forbid_eos[i] ? never_nor_eos_ : forbidden.never,
                       std::span(result_.ids).subspan(i * places, places),
                       std::span(result_.log_probs).subspan(i * places, places));
  }
}

void CandidateSelection::add(const Tensor& block, std::int64_t first_id) {
  check_rows(block, rows_.size());
  const auto width = static_cast<std::size_t>(block.size(1));
  const float* logits = block.const_data_ptr<float>();
  for (TopCandidates& row : rows_) {
    row.add({logits, width}, static_cast<std::int32_t>(first_id));
    logits += width;
  }
}

Candidates CandidateSelection::finish() {
  for (TopCandidates& row : rows_) row.finish();
  return std::move(result_);
}

Candidates candidates_of(const Tensor& logits, const ForbiddenIds& forbidden, std::span<const std::uint8_t> forbid_eos,
                         std::int64_t count) {
  if (!logits.is_cpu()) return candidates_by_operators(logits, forbidden, forbid_eos, count);
  CandidateSelection selection(logits.size(-1), forbidden, forbid_eos, count);
  selection.add(logits.to(torch::kFloat32).contiguous(), 0);
  return selection.finish();
}

Candidates candidates_by_operators(const Tensor& logits, const ForbiddenIds& forbidden,
                                   std::span<const std::uint8_t> forbid_eos, std::int64_t count) {
  check_rows(logits, forbid_eos.size());
  Candidates result = places_for(forbid_eos.size(), logits.size(1), count);
  Tensor log_probs = at::log_softmax(logits, 1, torch::kFloat32);
  if (log_probs.isnan().any().item<bool>()) throw NotFinite();
  for (const std::int32_t id : forbidden.never) log_probs.select(1, id).fill_(-kInfinity);
  const std::vector<std::int64_t> flags(forbid_eos.begin(), forbid_eos.end());
  const Tensor no_eos = at::tensor(flags, torch::kInt64).to(logits.device()) != 0;
  log_probs.select(1, forbidden.eos).masked_fill_(no_eos, -kInfinity);

  const auto [best, ids] = at::topk(log_probs, result.per_row, 1, true, true);
  const Tensor best_on_cpu = best.to(torch::kCPU).contiguous();
  const Tensor ids_on_cpu = ids.to(torch::kCPU, torch::kInt32).contiguous();
  std::copy_n(best_on_cpu.const_data_ptr<float>(), result.log_probs.size(), result.log_probs.begin());
  std::copy_n(ids_on_cpu.const_data_ptr<std::int32_t>(), result.ids.size(), result.ids.begin());
  const auto places = static_cast<std::size_t>(result.per_row);
  for (std::size_t i = 0; i < forbid_eos.size(); ++i) {
    order_ties(std::span(result.ids).subspan(i * places, places),
               std::span(result.log_probs).subspan(i * places, places));
  }
  return result;
}

}  // namespace dragoman
