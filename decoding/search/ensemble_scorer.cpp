#include "decoding/search/ensemble_scorer.h"

#include "base/vectorised.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

// exp_of_negative() knows no smaller ones than e^-87: a row whose candidates come near that is looked at in logarithms.
constexpr float kSmallProbability = 1e-30F;

DRAGOMAN_CLONES void set_to_product(float weight, const float* values, std::size_t size, float* sum) {
  for (std::size_t i = 0; i < size; ++i) sum[i] = weight * values[i];
}

DRAGOMAN_CLONES void add_product(float weight, const float* values, std::size_t size, float* sum) {
  for (std::size_t i = 0; i < size; ++i) sum[i] += weight * values[i];
}

DRAGOMAN_CLONES void set_to_probability(float weight, const float* values, std::size_t size, float* sum) {
  for (std::size_t i = 0; i < size; ++i) sum[i] = weight * exp_of_negative(values[i]);
}

DRAGOMAN_CLONES void add_probability(float weight, const float* values, std::size_t size, float* sum) {
  for (std::size_t i = 0; i < size; ++i) sum[i] += weight * exp_of_negative(values[i]);
}

float log_of_sum(float a, float b) {
  const float larger = std::max(a, b);
  return std::isinf(larger) ? larger : larger + std::log1p(std::exp(std::min(a, b) - larger));
}

/// What may follow, by all models.
class NextOfEnsemble : public NextTokens {
 public:
  NextOfEnsemble(std::vector<std::unique_ptr<const NextTokens>> next, EnsembleMean mean, std::span<const float> weights)
      : next_(std::move(next)), mean_(mean), weights_(weights) {}

  Candidates best(const TokenQuery& query) const override {
    const std::span<const AllowedIds> allowed = query.allowed;
    const std::vector<LogProbs> of_models = all_log_probs();
    if (of_models.front().rows != std::ssize(allowed))
      throw std::logic_error("what is allowed must be known of each row of an ensemble");
    Candidates best = candidate_places(query, of_models.front().vocabulary);
    std::vector<float> row(static_cast<std::size_t>(of_models.front().vocabulary));
    for (std::size_t i = 0; i < allowed.size(); ++i) {
      if (mean_ == EnsembleMean::kLogProbabilities || !best_by_probabilities(of_models, i, query, row, best)) {
        mean_of(of_models, i, row);
        select_best(row, query, i, best);
      }
    }
    for (std::size_t i = 0; i < query.named.size(); ++i) {
      for (std::size_t k = 0; k < query.named[i].size(); ++k) {
        const float log_prob = mean_of(of_models, i, query.named[i][k]);
        best.named[i][k] = {log_prob, log_prob};
      }
    }
    return best;
  }

  LogProbs log_probs() const override {
    std::vector<LogProbs> of_models = all_log_probs();
    LogProbs& result = of_models.front();
    std::vector<float> row(static_cast<std::size_t>(result.vocabulary));
    for (std::size_t i = 0; i < static_cast<std::size_t>(result.rows); ++i) {
      mean_of(of_models, i, row);
      std::ranges::copy(row, result.values.begin() + static_cast<std::ptrdiff_t>(i * row.size()));
    }
    return std::move(result);
  }

 private:
  std::vector<LogProbs> all_log_probs() const {
    std::vector<LogProbs> all;
    for (const auto& next : next_) {
      all.push_back(next->log_probs());
      const LogProbs &first = all.front(), &last = all.back();
      if (last.rows == first.rows && last.vocabulary == first.vocabulary) continue;
      throw std::runtime_error(
          fmt::format("models of an ensemble need one target vocabulary, but one has {} tokens and another {}",
                      first.vocabulary, last.vocabulary));
    }
    return all;
  }

  void mean_of(std::span<const LogProbs> models, std::size_t number, std::vector<float>& row) const {
    const auto of = [&](std::size_t model) { return models[model].row(static_cast<std::int64_t>(number)).data(); };
    if (mean_ == EnsembleMean::kLogProbabilities) {
      set_to_product(weights_[0], of(0), row.size(), row.data());
      for (std::size_t k = 1; k < models.size(); ++k) add_product(weights_[k], of(k), row.size(), row.data());
      return;
    }
    std::ranges::fill(row, kLowest);
    for (std::size_t k = 0; k < models.size(); ++k) {
      const float weight = std::log(weights_[k]);
      for (std::size_t id = 0; id < row.size(); ++id) row[id] = log_of_sum(row[id], weight + of(k)[id]);
    }
  }

  float mean_of(std::span<const LogProbs> models, std::size_t number, std::int32_t id) const {
    const bool of_logarithms = mean_ == EnsembleMean::kLogProbabilities;
    float mean = of_logarithms ? 0.0F : kLowest;
    for (std::size_t k = 0; k < models.size(); ++k) {
      const float log_prob = models[k].row(static_cast<std::int64_t>(number))[static_cast<std::size_t>(id)];
      mean = of_logarithms ? mean + weights_[k] * log_prob : log_of_sum(mean, std::log(weights_[k]) + log_prob);
    }
    return mean;
  }

  // The same as by mean_of(), without the logarithms of tokens that are not among the best. False if probabilities are
  // so small that they are not told apart so.
  bool best_by_probabilities(std::span<const LogProbs> models, std::size_t number, const TokenQuery& query,
                             std::vector<float>& row, Candidates& best) const {
    const auto of = [&](std::size_t model) { return models[model].row(static_cast<std::int64_t>(number)).data(); };
    set_to_probability(weights_[0], of(0), row.size(), row.data());
    for (std::size_t k = 1; k < models.size(); ++k) add_probability(weights_[k], of(k), row.size(), row.data());
    const std::span<float> values = select_best(row, query, number, best);
    if (!(values.back() > kSmallProbability)) return false;
    for (float& value : values) value = std::log(value);
    return true;
  }

  std::vector<std::unique_ptr<const NextTokens>> next_;
  EnsembleMean mean_;
  std::span<const float> weights_;
};

}  // namespace

void EnsembleOptions::validate(std::size_t models) const {
  if (weights.empty()) return;
  if (weights.size() != models)
    throw std::invalid_argument(fmt::format("--weights are {}, but there are {} models", weights.size(), models));
  for (const double weight : weights) {
    if (!(weight > 0) || !std::isfinite(weight))
      throw std::invalid_argument(
          fmt::format("--weights: {} must be above 0; leave out a model without weight", weight));
  }
}

EnsembleScorer::EnsembleScorer(std::vector<StepScorer*> scorers, const EnsembleOptions& options)
    : scorers_(std::move(scorers)), mean_(options.mean) {
  if (scorers_.empty()) throw std::invalid_argument("an ensemble needs at least one model");
  options.validate(scorers_.size());
  const std::vector<double> weights =
      options.weights.empty() ? std::vector<double>(scorers_.size(), 1.0) : options.weights;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (const double weight : weights) weights_.push_back(static_cast<float>(weight / sum));
}

std::unique_ptr<const NextTokens> EnsembleScorer::step(std::span<const std::int32_t> previous,
                                                       std::span<const std::int64_t> parents) {
  std::vector<std::unique_ptr<const NextTokens>> next;
  for (StepScorer* const scorer : scorers_) next.push_back(scorer->step(previous, parents));
  return std::make_unique<NextOfEnsemble>(std::move(next), mean_, weights_);
}

}  // namespace dragoman
