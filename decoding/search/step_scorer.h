#pragma once

#include "decoding/search/allowed_ids.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// The best next tokens of each row: `rows` × `per_row`, best first, ties by smaller id.
/// A place whose log-probability is -infinity holds no candidate; such places come last in their row.
struct Candidates {
  std::int64_t rows = 0;
  std::int64_t per_row = 0;
  std::vector<std::int32_t> ids;
  std::vector<float> log_probs;
};

/// The log-probabilities of the whole vocabulary behind each row, [R, V]; -infinity for what cannot follow.
struct LogProbs {
  std::int64_t rows = 0;
  std::int64_t vocabulary = 0;
  std::vector<float> values;

  std::span<const float> row(std::int64_t i) const {
    return std::span(values).subspan(static_cast<std::size_t>(i * vocabulary), static_cast<std::size_t>(vocabulary));
  }
};

/// What may follow each row of a step. It is of use until the scorer's next step.
class NextTokens {
 public:
  virtual ~NextTokens() = default;

  /// The `count` best continuations of each row (fewer, for all rows alike, if the vocabulary is smaller) among what
  /// `allowed`, one entry a row, allows; the others have their share of the probability all the same.
  virtual Candidates best(std::int64_t count, std::span<const AllowedIds> allowed) const = 0;

  /// All of them. Much slower than best(), which a model answers without ever having all of them in memory.
  virtual LogProbs log_probs() const = 0;
};

/// Places for the `count` best, or as many as the vocabulary has, of each row: none holds a candidate yet.
Candidates candidate_places(std::size_t rows, std::int64_t vocabulary, std::int64_t count);

/// Gives row `number` of `candidates` the best entries of `row` that are allowed.
void select_best(std::span<const float> row, const AllowedIds& allowed, std::size_t number, Candidates& candidates);

/// best() of rows that are there: for scorers that have no faster way. Throws std::logic_error unless `allowed` has an
/// entry for each row.
Candidates best_of(const LogProbs& log_probs, std::int64_t count, std::span<const AllowedIds> allowed);

/// All that a search sees of a model: what may follow, row by row. A row is one unfinished hypothesis.
class StepScorer {
 public:
  virtual ~StepScorer() = default;

  /// Appends `previous[i]` to row i and returns what may follow it.
  ///
  /// `parents[i]` is the row of the call before that row i continues; rows may repeat or vanish, and rows of one
  /// sentence are neighbours. In the first call there is one row a sentence, `previous` holds the start token and
  /// `parents` is 0, 1, … . Both have the same length, at least 1.
  virtual std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                                 std::span<const std::int64_t> parents) = 0;
};

}  // namespace dragoman
