#include "decoding/search/ensemble_scorer.h"

#include "decoding/search/whole_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/core.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// log(e^a + e^b)
float log_of_sum(float a, float b) {
  const float larger = std::max(a, b);
  return std::isinf(larger) ? larger : larger + std::log1p(std::exp(std::min(a, b) - larger));
}

void add(const LogProbs& more, EnsembleMean mean, LogProbs& sum) {
  if (more.rows != sum.rows || more.vocabulary != sum.vocabulary) {
    throw std::runtime_error(
        fmt::format("models of an ensemble need one target vocabulary, but one has {} tokens and another {}",
                    sum.vocabulary, more.vocabulary));
  }
  for (std::size_t i = 0; i < sum.values.size(); ++i) {
    float& value = sum.values[i];
    value = mean == EnsembleMean::kProbabilities ? log_of_sum(value, more.values[i]) : value + more.values[i];
  }
}

}  // namespace

EnsembleScorer::EnsembleScorer(std::vector<StepScorer*> scorers, EnsembleMean mean)
    : scorers_(std::move(scorers)), mean_(mean) {
  if (scorers_.empty()) throw std::invalid_argument("an ensemble needs at least one model");
}

std::unique_ptr<const NextTokens> EnsembleScorer::step(std::span<const std::int32_t> previous,
                                                       std::span<const std::int64_t> parents) {
  LogProbs sum = scorers_.front()->step(previous, parents)->log_probs();
  for (StepScorer* const scorer : std::span(scorers_).subspan(1))
    add(scorer->step(previous, parents)->log_probs(), mean_, sum);
  const auto count = static_cast<float>(scorers_.size());
  for (float& value : sum.values)
    value = mean_ == EnsembleMean::kProbabilities ? value - std::log(count) : value / count;
  return std::make_unique<WholeRows>(std::move(sum));
}

}  // namespace dragoman
