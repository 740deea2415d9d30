#include "decoding/search/terms.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>

namespace dragoman {
namespace {

void sort_distinct(std::vector<std::int32_t>& ids) {
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
}

}  // namespace

TermSet::TermSet(std::vector<TermForms> terms, const VocabularyText* vocabulary)
    : terms_(std::move(terms)), vocabulary_(vocabulary) {
  for (const TermForms& forms : terms_) {
    std::size_t shortest = std::numeric_limits<std::size_t>::max();
    for (const auto& form : forms) shortest = std::min(shortest, form.size());
    if (forms.empty() || shortest == 0) throw std::invalid_argument("a term needs forms, and each of them ids");
    shortest_.push_back(shortest);
  }
}

TermSet::State TermSet::begin() const {
  State state;
  state.met.resize(terms_.size());
  return state;
}

void TermSet::advance(State& state, std::int32_t id) const {
  std::vector<State::Begun> begun;
  std::optional<State::Begun> ended;
  const auto offer = [&](const State::Begun& place) {
    const auto& form = terms_[place.term][place.form];
    if (form[place.tokens] != id) return;
    const State::Begun next{place.term, place.form, place.tokens + 1};
    if (next.tokens < form.size()) {
      begun.push_back(next);
    } else if (!ended || next.tokens > ended->tokens || (next.tokens == ended->tokens && next.term < ended->term)) {
      ended = next;
    }
  };
  for (const State::Begun& place : state.begun) offer(place);
  for (std::uint32_t term = 0; term < terms_.size(); ++term) {
    if (state.met[term] != 0) continue;
    for (std::uint32_t form = 0; form < terms_[term].size(); ++form) {
      if (may_begin(state, terms_[term][form])) offer({term, form, 0});
    }
  }
  state.behind_term = ended.has_value();
  state.behind_letter = vocabulary_ && vocabulary_->ends_in_word(id);
  if (ended) {
    state.met[ended->term] = 1;
    state.met_tokens += ended->tokens;
    begun.clear();
  }
  state.begun = std::move(begun);
}

bool TermSet::may_begin(const State& state, const std::vector<std::int32_t>& form) const {
  return !state.behind_letter || !vocabulary_->is_inside_words(form.front());
}

TermSet::State TermSet::behind(std::span<const std::int32_t> prefix) const {
  State state = begin();
  for (const std::int32_t id : prefix) advance(state, id);
  return state;
}

std::vector<std::int32_t> TermSet::helpful(const State& state) const {
  std::vector<std::int32_t> ids;
  for (const auto& [term, form, tokens] : state.begun) ids.push_back(terms_[term][form][tokens]);
  for (std::size_t term = 0; term < terms_.size(); ++term) {
    if (state.met[term] != 0) continue;
    for (const auto& form : terms_[term]) {
      if (may_begin(state, form)) ids.push_back(form.front());
    }
  }
  sort_distinct(ids);
  return ids;
}

std::size_t TermSet::left(const State& state) const {
  std::size_t left = 0, begun = 0;
  for (std::size_t term = 0; term < terms_.size(); ++term) {
    if (state.met[term] == 0) left += shortest_[term];
  }
  for (const auto& [term, form, tokens] : state.begun) {
    const std::size_t rest = terms_[term][form].size() - tokens;
    if (rest < shortest_[term]) begun = std::max(begun, shortest_[term] - rest);
  }
  return left - begun;
}

std::size_t TermSet::gained(const State& state) const {
  std::size_t begun = 0;
  for (const State::Begun& place : state.begun) begun = std::max<std::size_t>(begun, place.tokens);
  return state.met_tokens + begun;
}

void TermsMustCome::restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const {
  const TermSet::State state = terms_.behind(prefix);
  if (terms_.left(state) > 0) allowed.forbid({&eos_, 1});
  if (vocabulary_ && state.behind_term && vocabulary_->ends_in_word(prefix.back()))
    vocabulary_->forbid_inside_words(allowed);
}

bool TermsMustCome::is_met(std::span<const std::int32_t> prefix) const {
  return terms_.left(terms_.behind(prefix)) == 0;
}

// What tokens are worth that have brought a term so far follows from their number: those at the end of the beginning.
Preferences TermsFavoured::behind(const Beginning& beginning) const {
  const TermSet::State state = terms_.behind(beginning.ids);
  const auto worth = [&](std::size_t last) {
    double sum = 0;
    for (const float log_prob : beginning.log_probs.last(last)) sum += lifted_by(log_prob, bonus_);
    return sum;
  };
  Preferences preferences;
  preferences.of_others = -worth(terms_.gained(state) - state.met_tokens);
  for (const std::int32_t id : terms_.helpful(state)) {
    TermSet::State next = state;
    terms_.advance(next, id);
    const std::size_t tokens = terms_.gained(next) - state.met_tokens;
    preferences.of_tokens.push_back({id, 1.0, preferences.of_others + worth(tokens - 1), bonus_});
  }
  return preferences;
}

}  // namespace dragoman
