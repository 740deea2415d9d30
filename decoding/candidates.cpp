#include "decoding/candidates.h"

#include "decoding/top_candidates.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Candidates places_for(const Tensor& logits, std::span<const std::uint8_t> forbid_eos, std::int64_t count) {
  TORCH_CHECK(logits.dim() == 2 && logits.size(0) == static_cast<std::int64_t>(forbid_eos.size()), "candidates of ",
              forbid_eos.size(), " rows need logits [R, V], not ", logits.sizes());
  Candidates places;
  places.rows = logits.size(0);
  places.per_row = std::min(count, logits.size(1));
  places.ids.resize(static_cast<std::size_t>(places.rows * places.per_row));
  places.log_probs.resize(places.ids.size());
  return places;
}

Candidates candidates_on_cpu(const Tensor& logits, const ForbiddenIds& forbidden,
                             std::span<const std::uint8_t> forbid_eos, std::int64_t count) {
  Candidates result = places_for(logits, forbid_eos, count);
  std::vector<std::int32_t> never_nor_eos = forbidden.never;
  never_nor_eos.push_back(forbidden.eos);
  const Tensor values = logits.to(torch::kFloat32).contiguous();
  const auto vocabulary = static_cast<std::size_t>(values.size(1)), places = static_cast<std::size_t>(result.per_row);
  const float* row = values.const_data_ptr<float>();
  for (std::size_t i = 0; i < forbid_eos.size(); ++i, row += vocabulary) {
    top_candidates({row, vocabulary}, forbid_eos[i] ? never_nor_eos : forbidden.never,
                   std::span(result.ids).subspan(i * places, places),
                   std::span(result.log_probs).subspan(i * places, places));
  }
  return result;
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

Candidates candidates_of(const Tensor& logits, const ForbiddenIds& forbidden, std::span<const std::uint8_t> forbid_eos,
                         std::int64_t count) {
  return logits.is_cpu() ? candidates_on_cpu(logits, forbidden, forbid_eos, count)
                         : candidates_by_operators(logits, forbidden, forbid_eos, count);
}

Candidates candidates_by_operators(const Tensor& logits, const ForbiddenIds& forbidden,
                                   std::span<const std::uint8_t> forbid_eos, std::int64_t count) {
  Candidates result = places_for(logits, forbid_eos, count);
  Tensor log_probs = at::log_softmax(logits, 1, torch::kFloat32);
  if (log_probs.isnan().any().item<bool>()) {
    throw std::runtime_error(
        "the model's scores are not finite numbers: its weights are damaged, or its training diverged");
  }
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
