#include "decoding/search/beam_search.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace dragoman {
namespace {

// The rows of one step: every live hypothesis of every sentence that is not done.
struct Step : StepRows {
  std::vector<std::int32_t> previous;
  std::vector<std::int64_t> parents;

  /// `parents_from` is the row of the last step where the beam's hypotheses began. The beam must stay as it is.
  void append(const Beam& beam, std::int64_t parents_from, std::size_t sentence, const SearchConstraints& constraints) {
    sentences.push_back({std::ssize(previous), beam.log_probs(), static_cast<std::int64_t>(sentence), beam.length()});
    for (std::size_t i = 0; i < beam.live().size(); ++i) {
      const Beam::Live& live = beam.live()[i];
      previous.push_back(live.token);
      parents.push_back(parents_from + live.parent);
      prefixes.push_back(beam.prefix(i));
      allowed.push_back(constraints.allowed(sentence, prefixes.back()));
    }
  }
};

}  // namespace

AllowedIds SearchConstraints::allowed(std::size_t sentence, std::span<const std::int32_t> prefix) const {
  AllowedIds result;
  for (const Constraint* constraint : of_all) constraint->restrict(prefix, result);
  if (of_sentences.empty()) return result;
  for (const Constraint* constraint : of_sentences.at(sentence)) constraint->restrict(prefix, result);
  return result;
}

bool SearchConstraints::are_met(std::size_t sentence, std::span<const std::int32_t> prefix) const {
  const auto is_met = [&](const Constraint* constraint) { return constraint->is_met(prefix); };
  return std::ranges::all_of(of_all, is_met) &&
         (of_sentences.empty() || std::ranges::all_of(of_sentences.at(sentence), is_met));
}

std::vector<std::vector<Hypothesis>> beam_search(StepScorer& scorer, std::span<const std::int32_t> source_lengths,
                                                 const SearchTokens& tokens, const SearchOptions& options,
                                                 const SearchConstraints& constraints, const Chooser& chooser) {
  options.validate();
  const MinimumLength minimum(tokens.eos, options.min_length);
  SearchConstraints all = constraints;
  all.of_all.push_back(&minimum);
  std::vector<Beam> beams;
  for (const std::int32_t length : source_lengths) beams.emplace_back(length, tokens.start, tokens.eos, options);
  Step step;
  for (std::size_t i = 0; i < beams.size(); ++i) step.append(beams[i], std::ssize(step.previous), i, all);

  while (!step.previous.empty()) {
    const std::unique_ptr<const NextTokens> following = scorer.step(step.previous, step.parents);
    const auto successors = chooser.successors(*following, step, options.beam_size);
    Step next;
    for (std::size_t i = 0; i < step.sentences.size(); ++i) {
      const auto sentence = static_cast<std::size_t>(step.sentences[i].sentence);
      Beam& beam = beams[sentence];
      beam.advance(successors.at(i));
      if (!beam.done()) next.append(beam, step.sentences[i].first_row, sentence, all);
    }
    step = std::move(next);
  }

  std::vector<std::vector<Hypothesis>> results;
  results.reserve(beams.size());
  for (std::size_t i = 0; i < beams.size(); ++i) {
    results.push_back(beams[i].best([&](const Hypothesis& hypothesis) { return !all.are_met(i, hypothesis.ids); }));
  }
  return results;
}

}  // namespace dragoman
