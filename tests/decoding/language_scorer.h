#pragma once

#include "decoding/engine/model_ensemble.h"
#include "decoding/search/whole_rows.h"
#include "tests/decoding/fake_scorer.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dragoman {

/// What the steps of all batches were of: the first ids of sentences, row by row.
class StepLog {
 public:
  void add(std::vector<std::int32_t> rows) {
    const std::lock_guard lock(mutex_);
    steps_.push_back(std::move(rows));
  }
  std::vector<std::set<std::int32_t>> sentences() const {
    std::vector<std::set<std::int32_t>> all;
    for (const auto& step : steps_) all.emplace_back(step.begin(), step.end());
    return all;
  }

 private:
  std::mutex mutex_;
  std::vector<std::vector<std::int32_t>> steps_;
};

using Hook = std::function<void(std::int32_t sentence, std::size_t tokens)>;

/// A language in which the first id of a source is what the next tokens follow from.
class LanguageScorer : public BatchScorer {
 public:
  LanguageScorer(std::span<const SourceIds> sources, const NextProbabilities& next, StepLog& log, const Hook& hook)
      : next_(next), log_(log), hook_(hook) {
    for (const SourceIds& source : sources) rows_.push_back({source.ids.front(), {}, true});
  }

  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override {
    std::vector<Row> rows;
    std::vector<std::int32_t> sentences;
    LogProbs result;
    for (std::size_t i = 0; i < previous.size(); ++i) {
      Row row = rows_.at(static_cast<std::size_t>(parents[i]));
      if (row.is_new != (previous[i] == FakeScorer::kStart)) throw std::logic_error("a start where there is none");
      if (!row.is_new) row.prefix.push_back(previous[i]);
      row.is_new = false;
      hook_(row.sentence, row.prefix.size());
      const std::vector<double> probabilities = next_(static_cast<std::size_t>(row.sentence), row.prefix);
      result.vocabulary = std::ssize(probabilities);
      for (const double probability : probabilities) result.values.push_back(static_cast<float>(std::log(probability)));
      sentences.push_back(row.sentence);
      rows.push_back(std::move(row));
    }
    result.rows = std::ssize(rows);
    rows_ = std::move(rows);
    log_.add(std::move(sentences));
    return std::make_unique<WholeRows>(std::move(result));
  }

  void join(const BatchScorer& other) override {
    const auto& rows = dynamic_cast<const LanguageScorer&>(other).rows_;
    rows_.insert(rows_.end(), rows.begin(), rows.end());
  }

 private:
  struct Row {
    std::int32_t sentence;
    Prefix prefix;
    bool is_new;
  };

  const NextProbabilities& next_;
  StepLog& log_;
  const Hook& hook_;
  std::vector<Row> rows_;
};

}  // namespace dragoman
