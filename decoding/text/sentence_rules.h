#pragma once

#include "decoding/search/next_words.h"
#include "decoding/search/preference.h"
#include "decoding/search/terms.h"
#include "decoding/search/text_prefix.h"
#include "tokenizer/glossary.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// What is asked for the translation of one sentence, as a search takes it.
struct SentenceRules {
  std::unique_ptr<const TermSet> terms;  ///< null: none must come, or shall
  bool must_have_terms = false;          ///< so that the search needs a TermChooser
  std::vector<std::unique_ptr<const Constraint>> constraints;
  std::vector<std::unique_ptr<const Preference>> preferences;
  const TextPrefix* prefix = nullptr;  ///< one of the constraints; null: none
  std::vector<std::int32_t> ids;       ///< that are needed, ascending, each once
  int tokens = 0;                      ///< by which the translation may be longer for it, at most

  bool empty() const { return constraints.empty() && preferences.empty(); }
};

/// How strongly something is asked for.
struct RuleStrength {
  bool force_terms = true;        ///< whether terms must come
  double terms = 2;               ///< what each token of a term counts more, in natural logarithms
  double prefix = 0;              ///< the same of a prefix; 0: the translation must begin so
  double repetition_penalty = 1;  ///< of every sentence

  /// Throws std::invalid_argument naming the first option that is out of range, and its limit.
  void validate() const;
};

/// What is asked for the translation of one sentence, in words.
struct SentenceWishes {
  std::span<const TermMatch> terms = {};             ///< of each it has one of the forms, as far as these fit
  bool terms_must_come = false;                      ///< or else whether they fit or not
  std::optional<std::string> prefix = std::nullopt;  ///< it begins so
  bool prefix_is_all = false;                        ///< and has nothing else
  bool asks_next = false;          ///< its next words are wanted, so that it needs a prefix, if it is empty
  const NextWord* next = nullptr;  ///< behind the prefix comes this
};

/// Makes rules of words for a model's tokens. Threads may share it.
class RuleMaker {
 public:
  /// eos: ends translations.
  RuleMaker(Tokenizer target, std::int32_t eos, const RuleStrength& strength);

  /// Forms of terms that the vocabulary cannot spell are left out, and so is a term without any other. The maker must
  /// outlive the rules.
  SentenceRules rules_for(const SentenceWishes& wishes) const;

  bool can_spell(const TermMatch& term) const;

 private:
  const VocabularyText& vocabulary() const;
  void add_terms(const SentenceWishes& wishes, SentenceRules& rules) const;
  void add_prefix(const SentenceWishes& wishes, SentenceRules& rules) const;
  TermForms spelt(const TermMatch& term) const;
  std::vector<std::int32_t> encode_known(const std::string& text) const;

  Tokenizer target_;
  std::int32_t eos_;
  RuleStrength strength_;
  mutable std::once_flag once_;
  mutable std::optional<VocabularyText> vocabulary_;  // found out for the first rules that need it
};

}  // namespace dragoman
