#include "decoding/search/top_candidates.h"

#include "base/vectorised.h"
#include "decoding/search/best_entries.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr std::size_t kBlock = BestEntries::kBlock;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

DRAGOMAN_CLONES float maximum(const float* values, std::size_t size) {
  return largest_value(values, size);
}

// Adds e^(value - shift) of a whole block to `sums`, and returns the block's maximum.
DRAGOMAN_INLINE float add_block(const float* values, float shift, float* sums) {
  float lanes[kVectorLanes];
  std::fill(lanes, lanes + kVectorLanes, -kInfinity);
  for (std::size_t i = 0; i < kBlock; i += kVectorLanes) {
    for (std::size_t lane = 0; lane < kVectorLanes; ++lane) {
      const float value = values[i + lane];
      sums[lane] += exp_of_negative(value - shift);
      lanes[lane] = value > lanes[lane] ? value : lanes[lane];
    }
  }
  return largest_of_lanes(lanes);
}

// Σ e^(value - shift) over all values, while `best` gathers the best of them.
DRAGOMAN_CLONES double sum_and_select(const float* values, std::size_t size, std::int32_t first_id, float shift,
                                      BestEntries& best) {
  float sums[kVectorLanes] = {};
  std::size_t i = 0;
  for (; i + kBlock <= size; i += kBlock) {
    if (add_block(values + i, shift, sums) > best.threshold())
      best.offer(values + i, kBlock, first_id + static_cast<std::int32_t>(i));
  }
  best.offer(values + i, size - i, first_id + static_cast<std::int32_t>(i));
  double sum = 0.0;
  for (; i < size; ++i) sum += exp_of_negative(values[i] - shift);
  return sum + sum_of_lanes(sums);
}

}  // namespace

NotFinite::NotFinite()
    : std::runtime_error(
          "the model's scores are not finite numbers: its weights are damaged, or its training diverged") {}

TopCandidates::TopCandidates(const AllowedIds& allowed, std::span<std::int32_t> ids, std::span<float> log_probs)
    : allowed_(&allowed), ids_(ids), values_(log_probs) {
  if (ids.empty() || ids.size() != log_probs.size())
    throw std::invalid_argument("candidates need equally many places for ids and log-probabilities, and at least one");
  BestEntries::empty(ids_, values_);
}

void TopCandidates::add(std::span<const float> logits, std::int32_t first_id) {
  const float largest = maximum(logits.data(), logits.size());
  if (largest > shift_) {
    sum_ *= std::exp(static_cast<double>(shift_) - largest);
    shift_ = largest;
  } else if (shift_ == -kInfinity) {
    // Nothing to subtract yet. What is not NaN here adds nothing.
    for (const float logit : logits) sum_ += std::isnan(logit) ? logit : 0.0;
    return;
  }
  BestEntries best(*allowed_, ids_, values_);
  sum_ += sum_and_select(logits.data(), logits.size(), first_id, shift_, best);
}

double TopCandidates::log_sum() const {
  if (!std::isfinite(shift_) || !std::isfinite(sum_)) throw NotFinite();
  return shift_ + std::log(sum_);
}

void TopCandidates::finish() {
  const double subtrahend = log_sum();
  for (float& value : values_) value = static_cast<float>(value - subtrahend);
}

}  // namespace dragoman
