#pragma once

#include "decoding/search/step_scorer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
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

  Candidates step(std::span<const std::int32_t> previous, std::span<const std::int64_t> parents,
                  std::span<const std::uint8_t> forbid_eos, std::int64_t candidates) override {
    if (previous.empty() || previous.size() != parents.size() || previous.size() != forbid_eos.size()) {
      throw std::logic_error("previous, parents and forbid_eos must have one size, at least 1");
    }
    std::vector<Row> rows;
    std::vector<std::size_t> sentences;
    for (std::size_t i = 0; i < previous.size(); ++i) {
      rows.push_back(next_row(i, previous[i], parents[i]));
      sentences.push_back(rows.back().sentence);
    }
    rows_ = std::move(rows);
    steps_.push_back(sentences);
    return best(forbid_eos, candidates);
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

  Candidates best(std::span<const std::uint8_t> forbid_eos, std::int64_t count) const {
    Candidates result;
    result.rows = static_cast<std::int64_t>(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::vector<double> probabilities = next_(rows_[i].sentence, rows_[i].prefix);
      if (forbid_eos[i]) probabilities[kEos] = 0.0;
      std::vector<std::int32_t> order(probabilities.size());
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return probabilities[a] > probabilities[b]; });
      result.per_row = std::min<std::int64_t>(count, static_cast<std::int64_t>(order.size()));
      for (std::int64_t k = 0; k < result.per_row; ++k) {
        result.ids.push_back(order[k]);
        result.log_probs.push_back(static_cast<float>(std::log(probabilities[order[k]])));
      }
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
