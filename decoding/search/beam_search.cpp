#include "decoding/search/beam_search.h"

#include <fmt/core.h>
#include <stdexcept>

namespace dragoman {
namespace {

// The rows of one step: every live hypothesis of every sentence that is not done.
struct Rows {
  std::vector<std::int32_t> previous;
  std::vector<std::int64_t> parents;
  std::vector<AllowedIds> allowed;

  /// `first_row` is the row of the last step where the beam's hypotheses began.
  void append(const Beam& beam, std::int64_t first_row, std::span<const Constraint* const> constraints) {
    for (std::size_t i = 0; i < beam.live().size(); ++i) {
      const Beam::Live& live = beam.live()[i];
      previous.push_back(live.token);
      parents.push_back(first_row + live.parent);
      const std::vector<std::int32_t> prefix = beam.prefix(i);
      allowed.emplace_back();
      for (const Constraint* constraint : constraints) constraint->restrict(prefix, allowed.back());
    }
  }
};

void check_rows(const Candidates& candidates, std::size_t rows) {
  const auto expected = static_cast<std::int64_t>(rows);
  const auto places = static_cast<std::size_t>(expected * candidates.per_row);
  if (candidates.rows != expected || candidates.ids.size() != places || candidates.log_probs.size() != places) {
    throw std::logic_error(fmt::format("{} rows were scored, but {} × {} candidates came back ({} ids)", rows,
                                       candidates.rows, candidates.per_row, candidates.ids.size()));
  }
}

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(StepScorer& scorer, std::span<const std::int32_t> source_lengths,
                                                 const SearchTokens& tokens, const SearchOptions& options,
                                                 std::span<const Constraint* const> constraints) {
  options.validate();
  const MinimumLength minimum(tokens.eos, options.min_length);
  std::vector<const Constraint*> all(constraints.begin(), constraints.end());
  all.push_back(&minimum);
  std::vector<Beam> beams;
  beams.reserve(source_lengths.size());
  Rows rows;
  for (const std::int32_t length : source_lengths) {
    beams.emplace_back(length, tokens.start, tokens.eos, options);
    rows.append(beams.back(), static_cast<std::int64_t>(rows.previous.size()), all);
  }

  while (!rows.previous.empty()) {
    const Candidates candidates =
        scorer.step(rows.previous, rows.parents)->best(2 * static_cast<std::int64_t>(options.beam_size), rows.allowed);
    check_rows(candidates, rows.previous.size());
    Rows next;
    std::int64_t first_row = 0;
    for (Beam& beam : beams) {
      if (beam.done()) continue;
      const auto beam_rows = static_cast<std::int64_t>(beam.live().size());
      beam.advance(candidates, first_row);
      next.append(beam, first_row, all);
      first_row += beam_rows;
    }
    rows = std::move(next);
  }

  std::vector<std::vector<Hypothesis>> results;
  results.reserve(beams.size());
  for (const Beam& beam : beams) results.push_back(beam.best());
  return results;
}

}  // namespace dragoman
