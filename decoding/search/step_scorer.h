#pragma once

#include "decoding/search/allowed_ids.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// By how much a token counts.
struct TokenScore {
  float log_prob;
  float own;  ///< the model's own log-probability, where the other is another
};

/// The best next tokens of each row: `rows` × `per_row`, best first, ties by smaller id.
/// A place whose log-probability is -infinity holds no candidate; such places come last in their row.
struct Candidates {
  std::int64_t rows = 0;
  std::int64_t per_row = 0;
  std::vector<std::int32_t> ids;
  std::vector<float> log_probs;                     ///< by which they are ordered
  std::vector<std::vector<TokenScore>> named = {};  ///< of what the query names, row by row; empty if it names nothing
  std::vector<float> own = {};  ///< the model's own log-probabilities, where those are others; empty: the same

  float own_log_prob(std::size_t place) const { return own.empty() ? log_probs[place] : own[place]; }
};

/// What a search wants to know of the rows of a step.
struct TokenQuery {
  std::int64_t count;                   ///< how many of the best of each row, at least
  std::span<const AllowedIds> allowed;  ///< one entry a row
  /// Of each row some ids whose log-probabilities are wanted, allowed or not. Empty: of no row.
  std::span<const std::vector<std::int32_t>> named = {};
  /// Of each row so many besides `count`. Empty: of no row.
  std::span<const std::int64_t> more = {};

  std::int64_t count_of(std::size_t row) const { return more.empty() ? count : count + more[row]; }
};

/// The log-probabilities of the whole vocabulary behind each row, [R, V]; -infinity for what cannot follow.
struct LogProbs {
  std::int64_t rows = 0;
  std::int64_t vocabulary = 0;
  std::vector<float> values;
  std::vector<float> own = {};  ///< the model's own, where `values` are others; empty: the same

  std::span<const float> row(std::int64_t i) const { return row_of(values, i); }
  std::span<const float> own_row(std::int64_t i) const { return row_of(own.empty() ? values : own, i); }

 private:
  std::span<const float> row_of(const std::vector<float>& all, std::int64_t i) const {
    return std::span(all).subspan(static_cast<std::size_t>(i * vocabulary), static_cast<std::size_t>(vocabulary));
  }
};

/// What may follow each row of a step. It is of use until the scorer's next step.
class NextTokens {
 public:
  virtual ~NextTokens() = default;

  /// The best continuations of each row (fewer than wanted, for all rows alike, if the vocabulary is smaller) among
  /// what is allowed; the others have their share of the probability all the same.
  virtual Candidates best(const TokenQuery& query) const = 0;

  /// All of them. Much slower than best(), which a model answers without ever having all of them in memory.
  virtual LogProbs log_probs() const = 0;
};

/// Places for what is asked of each row, of the best as many as the row that most are asked of, or as the vocabulary
/// has: none holds a candidate yet.
Candidates candidate_places(const TokenQuery& query, std::int64_t vocabulary);

/// Gives row `number` of `candidates` the best entries of `row` that are allowed, as many as the query asks of it: what
/// a row gets does not depend on the others. Returns their log-probabilities.
std::span<float> select_best(std::span<const float> row, const TokenQuery& query, std::size_t number,
                             Candidates& candidates);

/// best() of rows that are there: for scorers that have no faster way. Throws std::logic_error unless the query has
/// what is allowed for each row.
Candidates best_of(const LogProbs& log_probs, const TokenQuery& query);

/// All that a search sees of a model: what may follow, row by row. A row is one unfinished hypothesis.
class StepScorer {
 public:
  virtual ~StepScorer() = default;

  /// Appends `previous[i]` to row i and returns what may follow it.
  ///
  /// `parents[i]` is the row of the call before that row i continues; rows may repeat or vanish, and rows of one
  /// sentence are neighbours. In the first call there is one row a sentence, `previous` holds the start token and
  /// `parents` is 0, 1, … . Both have the same length, at least 1. Where sentences may join, a row of each that has
  /// since the last call comes behind the rows of that.
  virtual std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                                 std::span<const std::int64_t> parents) = 0;
};

}  // namespace dragoman
