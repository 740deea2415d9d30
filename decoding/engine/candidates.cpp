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

void check_rows(const Tensor& logits, std::size_t rows) {
  TORCH_CHECK(logits.dim() == 2 && logits.size(0) == static_cast<std::int64_t>(rows), "candidates of ", rows,
              " rows need logits [R, V], not ", logits.sizes());
}

// -infinity for all else. log_probs: [R, V], contiguous.
void leave_allowed(const Tensor& log_probs, std::span<const AllowedIds> allowed) {
  std::vector<std::int64_t> forbidden, kept, closed;  // places among all, twice; rows
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    if (allowed[i].only()) closed.push_back(row);
    auto& places = allowed[i].only() ? kept : forbidden;
    for (const std::int32_t id : allowed[i].ids()) places.push_back(row * log_probs.size(1) + id);
  }
  const auto on_device = [&](const std::vector<std::int64_t>& numbers) {
    return at::tensor(numbers, torch::kInt64).to(log_probs.device());
  };
  const Tensor flat = log_probs.view(-1);
  if (!forbidden.empty()) flat.index_fill_(0, on_device(forbidden), -kInfinity);
  if (closed.empty()) return;
  const Tensor kept_places = on_device(kept), kept_values = flat.index_select(0, kept_places);
  log_probs.index_fill_(0, on_device(closed), -kInfinity);
  flat.index_copy_(0, kept_places, kept_values);
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

CandidateSelection::CandidateSelection(std::int64_t vocabulary, std::span<const AllowedIds> allowed, std::int64_t count)
    : result_(candidate_places(allowed.size(), vocabulary, count)) {
  const auto places = static_cast<std::size_t>(result_.per_row);
  rows_.reserve(allowed.size());
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    rows_.emplace_back(allowed[i], std::span(result_.ids).subspan(i * places, places),
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

Candidates candidates_of(const Tensor& logits, std::span<const AllowedIds> allowed, std::int64_t count) {
  if (!logits.is_cpu()) return candidates_by_operators(logits, allowed, count);
  CandidateSelection selection(logits.size(-1), allowed, count);
  selection.add(logits.to(torch::kFloat32).contiguous(), 0);
  return selection.finish();
}

Candidates candidates_by_operators(const Tensor& logits, std::span<const AllowedIds> allowed, std::int64_t count) {
  check_rows(logits, allowed.size());
  Candidates result = candidate_places(allowed.size(), logits.size(1), count);
  const Tensor log_probs = log_softmax_of(logits);
  leave_allowed(log_probs, allowed);

  const auto [best, ids] = at::topk(log_probs, result.per_row, 1, true, true);
  const Tensor best_on_cpu = best.to(torch::kCPU).contiguous();
  const Tensor ids_on_cpu = ids.to(torch::kCPU, torch::kInt32).contiguous();
  std::copy_n(best_on_cpu.const_data_ptr<float>(), result.log_probs.size(), result.log_probs.begin());
  std::copy_n(ids_on_cpu.const_data_ptr<std::int32_t>(), result.ids.size(), result.ids.begin());
  const auto places = static_cast<std::size_t>(result.per_row);
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    order_ties(std::span(result.ids).subspan(i * places, places),
               std::span(result.log_probs).subspan(i * places, places));
  }
  return result;
}

Tensor log_softmax_of(const Tensor& logits) {
  Tensor log_probs = at::log_softmax(logits, 1, torch::kFloat32);
  if (log_probs.isnan().any().item<bool>()) throw NotFinite();
  return log_probs;
}

}  // namespace dragoman
