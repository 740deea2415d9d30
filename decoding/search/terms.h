#pragma once

#include "decoding/search/constraint.h"
#include "decoding/search/preference.h"
#include "decoding/search/text_prefix.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace dragoman {

/// A term that a translation shall have: one of these sequences of ids, none of them empty.
using TermForms = std::vector<std::vector<std::int32_t>>;

/// The terms that the translation of one sentence shall have, and how far a hypothesis has got with them. Each term is
/// met by tokens of its own, in any order.
class TermSet {
 public:
  /// How far a hypothesis has got.
  struct State {
    struct Begun {
      std::uint32_t term, form, tokens;  ///< the first `tokens` of a form stand at the end of the hypothesis
    };
    std::vector<std::uint8_t> met;  ///< of each term whether it is there
    std::vector<Begun> begun;       ///< of those that are not
    std::size_t met_tokens = 0;     ///< of terms that are there
    bool behind_term = false;       ///< a term ends here
    bool behind_letter = false;     ///< what begins as words go on would go on with one
  };

  /// vocabulary: of the ids, so that a form that would go on with a word does not begin there; null if terms may be
  /// parts of words. It must outlive the set. Throws std::invalid_argument for a term without forms or a form without
  /// ids.
  explicit TermSet(std::vector<TermForms> terms, const VocabularyText* vocabulary = nullptr);

  std::size_t size() const { return terms_.size(); }

  State begin() const;
  /// The state behind one more id. Of several terms that end there, the longest is met, the first of equal ones.
  void advance(State& state, std::int32_t id) const;
  State behind(std::span<const std::int32_t> prefix) const;

  /// The ids that begin a term or go on with one, ascending.
  std::vector<std::int32_t> helpful(const State& state) const;
  /// At least so many more tokens until all are there.
  std::size_t left(const State& state) const;
  /// Tokens of terms that are there, and of the longest that is begun.
  std::size_t gained(const State& state) const;

 private:
  bool may_begin(const State& state, const std::vector<std::int32_t>& form) const;

  std::vector<TermForms> terms_;
  std::vector<std::size_t> shortest_;  // of each term's forms
  const VocabularyText* vocabulary_;
};

/// The end of the sentence does not come before all terms are there, and a term is no part of a longer word.
class TermsMustCome : public Constraint {
 public:
  /// vocabulary: null if terms may be parts of words; it and `terms` must outlive the constraint.
  TermsMustCome(const TermSet& terms, std::int32_t eos, const VocabularyText* vocabulary)
      : terms_(terms), eos_(eos), vocabulary_(vocabulary) {}

  void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const override;
  bool is_met(std::span<const std::int32_t> prefix) const override;

 private:
  const TermSet& terms_;
  std::int32_t eos_;
  const VocabularyText* vocabulary_;
};

/// Each token of a term has a bonus, as far as it is not certain without it, which is taken back if the term is not
/// completed: what the model would say anyway has none, so that no translation is the better for being shorter.
class TermsFavoured : public Preference {
 public:
  /// `terms` must outlive the preference.
  TermsFavoured(const TermSet& terms, double bonus) : terms_(terms), bonus_(bonus) {}

  Preferences behind(const Beginning& beginning) const override;

 private:
  const TermSet& terms_;
  double bonus_;
};

}  // namespace dragoman
