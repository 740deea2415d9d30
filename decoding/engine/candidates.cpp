#include "decoding/engine/candidates.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
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

// log_probs: [R, V]
void read_named(const Tensor& log_probs, const TokenQuery& query, Candidates& result) {
  std::vector<std::int64_t> places;
  for (std::size_t row = 0; row < query.named.size(); ++row) {
    for (const std::int32_t id : query.named[row])
      places.push_back(static_cast<std::int64_t>(row) * log_probs.size(1) + id);
  }
  if (places.empty()) return;
  const Tensor found =
      log_probs.reshape(-1).index_select(0, at::tensor(places, torch::kInt64).to(log_probs.device())).to(torch::kCPU);
  const float* value = found.const_data_ptr<float>();
  for (std::vector<TokenScore>& of_row : result.named) {
    for (auto& [log_prob, own] : of_row) log_prob = own = *value++;
  }
}

// A row of log-probabilities is not a number as a whole or nowhere, and topk() puts what is none first: what has been
// read tells it, and nothing else need be waited for.
void require_numbers(std::span<const float> best) {
  if (std::ranges::any_of(best, [](float log_prob) { return std::isnan(log_prob); })) throw NotFinite();
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

CandidateSelection::CandidateSelection(std::int64_t vocabulary, const TokenQuery& query)
    : query_(query), result_(candidate_places(query, vocabulary)) {
  const auto places = static_cast<std::size_t>(result_.per_row);
  rows_.reserve(query.allowed.size());
  for (std::size_t i = 0; i < query.allowed.size(); ++i) {
    const std::size_t count = std::min(static_cast<std::size_t>(query.count_of(i)), places);
    rows_.emplace_back(query.allowed[i], std::span(result_.ids).subspan(i * places, count),
                       std::span(result_.log_probs).subspan(i * places, count));
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
  logits = block.const_data_ptr<float>();
  for (std::size_t row = 0; row < query_.named.size(); ++row, logits += width) {
    for (std::size_t i = 0; i < query_.named[row].size(); ++i) {
      if (const std::int64_t place = query_.named[row][i] - first_id; place >= 0 && place < block.size(1))
        result_.named[row][i].log_prob = logits[place];
    }
  }
}

Candidates CandidateSelection::finish() {
  for (TopCandidates& row : rows_) row.finish();
  for (std::size_t row = 0; row < query_.named.size(); ++row) {
    const double subtrahend = rows_[row].log_sum();
    for (auto& [log_prob, own] : result_.named[row]) log_prob = own = static_cast<float>(log_prob - subtrahend);
  }
  return std::move(result_);
}

Candidates candidates_of(const Tensor& logits, const TokenQuery& query) {
  if (!logits.is_cpu()) return candidates_by_operators(logits, query);
  CandidateSelection selection(logits.size(-1), query);
  selection.add(logits.to(torch::kFloat32).contiguous(), 0);
  return selection.finish();
}

Candidates candidates_by_operators(const Tensor& logits, const TokenQuery& query) {
  const std::span<const AllowedIds> allowed = query.allowed;
  check_rows(logits, allowed.size());
  Candidates result = candidate_places(query, logits.size(1));
  const Tensor log_probs = at::log_softmax(logits, 1, torch::kFloat32);
  read_named(log_probs, query, result);
  leave_allowed(log_probs, allowed);

  const auto [best, ids] = at::topk(log_probs, result.per_row, 1, true, true);
  const Tensor best_on_cpu = best.to(torch::kCPU).contiguous();
  const Tensor ids_on_cpu = ids.to(torch::kCPU, torch::kInt32).contiguous();
  std::copy_n(best_on_cpu.const_data_ptr<float>(), result.log_probs.size(), result.log_probs.begin());
  require_numbers(result.log_probs);
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
