#include "decoding/search/beam_search.h"

#include <memory>
#include <utility>

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

// Sentences that are not done, in the order of their rows.
std::vector<SentenceRows> sentence_rows(const std::vector<Beam>& beams) {
  std::vector<SentenceRows> sentences;
  std::int64_t row = 0;
  for (std::size_t i = 0; i < beams.size(); ++i) {
    if (beams[i].done()) continue;
    sentences.push_back({row, beams[i].log_probs(), static_cast<std::int64_t>(i), beams[i].length()});
    row += std::ssize(beams[i].live());
  }
  return sentences;
}

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(StepScorer& scorer, std::span<const std::int32_t> source_lengths,
                                                 const SearchTokens& tokens, const SearchOptions& options,
                                                 std::span<const Constraint* const> constraints,
                                                 const Chooser& chooser) {
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
    const std::unique_ptr<const NextTokens> following = scorer.step(rows.previous, rows.parents);
    const std::vector<SentenceRows> sentences = sentence_rows(beams);
    const auto successors = chooser.successors(*following, rows.allowed, sentences, options.beam_size);
    Rows next;
    std::size_t sentence = 0;
    for (Beam& beam : beams) {
      if (beam.done()) continue;
      beam.advance(successors.at(sentence));
      next.append(beam, sentences[sentence].first_row, all);
      ++sentence;
    }
    rows = std::move(next);
  }

  std::vector<std::vector<Hypothesis>> results;
  results.reserve(beams.size());
  for (const Beam& beam : beams) results.push_back(beam.best());
  return results;
}

}  // namespace dragoman
