#include "decoding/search/beam_search.h"

#include "decoding/search/preferred_tokens.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace dragoman {
BeamSearch::BeamSearch(const SearchTokens& tokens, const SearchOptions& options, std::vector<const Constraint*> of_all,
                       const Chooser& chooser)
    : tokens_(tokens),
      options_(options),
      of_all_(std::move(of_all)),
      chooser_(chooser),
      minimum_(tokens.eos, options.min_length) {
  options_.validate();
}

std::size_t BeamSearch::add(SearchedSentence sentence) {
  Beam beam(sentence.source_length, tokens_.start, tokens_.eos, options_);
  running_.push_back({added_, std::move(beam), std::move(sentence), rows_++});
  return added_++;
}

void BeamSearch::drop(std::size_t number) {
  std::erase_if(running_, [&](const Running& sentence) { return sentence.number == number; });
}

std::vector<BeamSearch::Found> BeamSearch::step(StepScorer& scorer) {
  StepRows rows;
  std::vector<std::int32_t> previous;
  std::vector<std::int64_t> parents;
  std::vector<RowPreferences> preferences;
  for (const Running& sentence : running_) {
    const Beam& beam = sentence.beam;
    rows.sentences.push_back({std::ssize(previous), beam.log_probs(), static_cast<std::int64_t>(sentence.number),
                              beam.length(), sentence.asked.terms});
    for (std::size_t i = 0; i < beam.live().size(); ++i) {
      previous.push_back(beam.live()[i].token);
      parents.push_back(sentence.first_row + beam.live()[i].parent);
      rows.prefixes.push_back(beam.prefix(i));
      rows.allowed.push_back(allowed(sentence, rows.prefixes.back()));
      if (sentence.asked.preferences.empty()) continue;
      const std::vector<float> log_probs = beam.token_log_probs(i);
      preferences.push_back(
          {rows.prefixes.size() - 1, all_of(sentence.asked.preferences, {rows.prefixes.back(), log_probs})});
    }
  }
  std::unique_ptr<const NextTokens> following = scorer.step(previous, parents);
  rows_ = std::ssize(previous);
  if (!preferences.empty()) following = std::make_unique<PreferredTokens>(std::move(following), std::move(preferences));

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
  AllowedIds result = allowed_behind(prefix, of_all_, sentence.asked.constraints);
  minimum_.restrict(prefix, result);
  return result;
}

std::vector<Hypothesis> BeamSearch::best_of(const Running& sentence) const {
  return sentence.beam.best([&](const Hypothesis& hypothesis) {
    const auto is_unmet = [&](const Constraint* constraint) { return !constraint->is_met(hypothesis.ids); };
    return std::ranges::any_of(of_all_, is_unmet) || std::ranges::any_of(sentence.asked.constraints, is_unmet);
  });
}

std::vector<std::vector<Hypothesis>> beam_search(StepScorer& scorer, std::span<const SearchedSentence> sentences,
                                                 const SearchTokens& tokens, const SearchOptions& options,
                                                 std::vector<const Constraint*> of_all, const Chooser& chooser) {
  BeamSearch search(tokens, options, std::move(of_all), chooser);
  for (const SearchedSentence& sentence : sentences) search.add(sentence);
  std::vector<std::vector<Hypothesis>> results(sentences.size());
  while (search.size() > 0) {
    for (BeamSearch::Found& found : search.step(scorer)) results[found.number] = std::move(found.hypotheses);
  }
  return results;
}

}  // namespace dragoman
