#pragma once

#include <cstdint>
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

/// All that a search sees of a model: what may follow, row by row. A row is one unfinished hypothesis.
class StepScorer {
 public:
  virtual ~StepScorer() = default;

  /// Appends `previous[i]` to row i and returns the `candidates` best continuations of each row (fewer, for all rows
  /// alike, if the vocabulary is smaller).
  ///
  /// `parents[i]` is the row of the call before that row i continues; rows may repeat or vanish, and rows of one
  /// sentence are neighbours. In the first call there is one row a sentence, `previous` holds the start token and
  /// `parents` is 0, 1, … . Where `forbid_eos[i]` is not 0, the end of the sentence is no candidate of row i.
  /// All three have the same length, at least 1.
  virtual Candidates step(std::span<const std::int32_t> previous, std::span<const std::int64_t> parents,
                          std::span<const std::uint8_t> forbid_eos, std::int64_t candidates) = 0;
};

}  // namespace dragoman
