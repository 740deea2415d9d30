#pragma once

#include "decoding/search/step_scorer.h"
#include "decoding/search/whole_rows.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dragoman {

using Prefix = std::vector<std::int32_t>;

/// Probabilities of the whole vocabulary after a prefix of a sentence's translation.
using NextProbabilities = std::function<std::vector<double>(std::size_t sentence, const Prefix& prefix)>;

/// A StepScorer whose model is any function of the whole prefix, so that a wrong parent shows in the result. It
/// remembers the sentences of the rows of each step, and refuses calls that break the interface's contract.
class FakeScorer : public StepScorer {
 public:
  static constexpr std::int32_t kStart = 100;
  static constexpr std::int32_t kEos = 0;

  explicit FakeScorer(NextProbabilities next) : next_(std::move(next)) {}

  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override {
    if (previous.empty() || previous.size() != parents.size()) {
      throw std::logic_error("previous and parents must have one size, at least 1");
    }
    std::vector<Row> rows;
    std::vector<std::size_t> sentences;
    for (std::size_t i = 0; i < previous.size(); ++i) {
      rows.push_back(next_row(i, previous[i], parents[i]));
      sentences.push_back(rows.back().sentence);
    }
    rows_ = std::move(rows);
    steps_.push_back(sentences);
    return std::make_unique<WholeRows>(log_probs());
  }

  /// For each step so far, the sentence of each row.
  const std::vector<std::vector<std::size_t>>& steps() const { return steps_; }

 private:
  struct Row {
    std::size_t sentence;
    Prefix prefix;
  };

  Row next_row(std::size_t i, std::int32_t previous, std::int64_t parent) const {
    if (steps_.empty()) {
      if (previous != kStart || parent != static_cast<std::int64_t>(i)) throw std::logic_error("bad first step");
      return {i, {}};
    }
    Row row = rows_.at(static_cast<std::size_t>(parent));
    row.prefix.push_back(previous);
    return row;
  }

  LogProbs log_probs() const {
    LogProbs result;
    result.rows = static_cast<std::int64_t>(rows_.size());
    for (const Row& row : rows_) {
      const std::vector<double> probabilities = next_(row.sentence, row.prefix);
      result.vocabulary = static_cast<std::int64_t>(probabilities.size());
      for (const double probability : probabilities) result.values.push_back(static_cast<float>(std::log(probability)));
    }
    return result;
  }

  NextProbabilities next_;
  std::vector<Row> rows_;
  std::vector<std::vector<std::size_t>> steps_;
};

/// Random probabilities over `vocabulary` tokens, a function of seed, sentence and prefix; `eos_weight` scales the
/// chance of the end of the sentence.
inline NextProbabilities random_language(std::uint32_t seed, std::size_t vocabulary, double eos_weight = 1.0) {
  return [=](std::size_t sentence, const Prefix& prefix) {
    std::vector<std::uint32_t> key{seed, static_cast<std::uint32_t>(sentence)};
    key.insert(key.end(), prefix.begin(), prefix.end());
    std::seed_seq sequence(key.begin(), key.end());
    std::mt19937 random(sequence);
    std::vector<double> weights(vocabulary);
    for (double& weight : weights) weight = std::exp(3.0 * (random() / 4294967296.0));
    weights[FakeScorer::kEos] *= eos_weight;
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights) weight /= sum;
    return weights;
  };
}

}  // namespace dragoman
