#include "decoding/search/beam_search.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace dragoman {
namespace {

using Constraints = std::span<const Constraint* const>;

AllowedIds allowed_by(Constraints of_all, Constraints of_sentence, std::span<const std::int32_t> prefix) {
  AllowedIds allowed;
  for (const Constraint* const constraint : of_all) constraint->restrict(prefix, allowed);
  for (const Constraint* const constraint : of_sentence) constraint->restrict(prefix, allowed);
  return allowed;
}

}  // namespace

AllowedIds SearchConstraints::allowed(std::size_t sentence, std::span<const std::int32_t> prefix) const {
  return allowed_by(of_all, of_sentences.empty() ? Constraints() : of_sentences.at(sentence), prefix);
}

BeamSearch::BeamSearch(const SearchTokens& tokens, const SearchOptions& options, std::vector<const Constraint*> of_all,
                       const Chooser& chooser)
    : tokens_(tokens),
      options_(options),
      of_all_(std::move(of_all)),
      chooser_(chooser),
      minimum_(tokens.eos, options.min_length) {
  options_.validate();
}

std::size_t BeamSearch::add(std::int32_t source_length, std::vector<const Constraint*> constraints) {
  running_.push_back(
      {added_, Beam(source_length, tokens_.start, tokens_.eos, options_), std::move(constraints), rows_++});
  return added_++;
}

void BeamSearch::drop(std::size_t number) {
  std::erase_if(running_, [&](const Running& sentence) { return sentence.number == number; });
}

std::vector<BeamSearch::Found> BeamSearch::step(StepScorer& scorer) {
  StepRows rows;
  std::vector<std::int32_t> previous;
  std::vector<std::int64_t> parents;
  for (Running& sentence : running_) {
    const Beam& beam = sentence.beam;
    rows.sentences.push_back(
        {std::ssize(previous), beam.log_probs(), static_cast<std::int64_t>(sentence.number), beam.length()});
    for (std::size_t i = 0; i < beam.live().size(); ++i) {
      previous.push_back(beam.live()[i].token);
      parents.push_back(sentence.first_row + beam.live()[i].parent);
      rows.prefixes.push_back(beam.prefix(i));
      rows.allowed.push_back(allowed(sentence, rows.prefixes.back()));
    }
  }
  const std::unique_ptr<const NextTokens> following = scorer.step(previous, parents);
  rows_ = std::ssize(previous);

  const auto successors = chooser_.successors(*following, rows, options_.beam_size);
  std::vector<Found> found;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Running& sentence = running_[i];
    sentence.first_row = rows.sentences[i].first_row;
    sentence.beam.advance(successors.at(i));
    if (sentence.beam.done()) found.push_back({sentence.number, best_of(sentence)});
  }
  std::erase_if(running_, [](const Running& sentence) { return sentence.beam.done(); });
  return found;
}

AllowedIds BeamSearch::allowed(const Running& sentence, std::span<const std::int32_t> prefix) const {
  AllowedIds result = allowed_by(of_all_, sentence.constraints, prefix);
  minimum_.restrict(prefix, result);
  return result;
}

std::vector<Hypothesis> BeamSearch::best_of(const Running& sentence) const {
  return sentence.beam.best([&](const Hypothesis& hypothesis) {
    const auto is_unmet = [&](const Constraint* constraint) { return !constraint->is_met(hypothesis.ids); };
    return std::ranges::any_of(of_all_, is_unmet) || std::ranges::any_of(sentence.constraints, is_unmet);
  });
}

std::vector<std::vector<Hypothesis>> beam_search(StepScorer& scorer, std::span<const std::int32_t> source_lengths,
                                                 const SearchTokens& tokens, const SearchOptions& options,
                                                 const SearchConstraints& constraints, const Chooser& chooser) {
  BeamSearch search(tokens, options, constraints.of_all, chooser);
  for (std::size_t i = 0; i < source_lengths.size(); ++i) {
    search.add(source_lengths[i],
               constraints.of_sentences.empty() ? std::vector<const Constraint*>() : constraints.of_sentences.at(i));
  }
  std::vector<std::vector<Hypothesis>> results(source_lengths.size());
  while (search.size() > 0) {
    for (BeamSearch::Found& found : search.step(scorer)) results[found.number] = std::move(found.hypotheses);
  }
  return results;
}

}  // namespace dragoman
