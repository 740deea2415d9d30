#pragma once

#include "data/demo/dice.h"
#include "data/demo/syntax.h"

#include <optional>
#include <vector>

/// Random sentences: which words and constructions go together.
namespace dragoman::demo {

/// Thrown where the choices made leave no word to continue with; the sentence is given up and another one drawn.
struct DeadEnd {};

class Composer {
 public:
  explicit Composer(Dice& dice) : dice_(dice) {}

  /// Throws DeadEnd.
  Sentence compose();

 private:
  /// What a noun phrase may be.
  struct PhraseWish {
    Kinds kinds = 0;
    bool pronoun = false;
    bool subject = false;
    bool relative = false;  // may carry a relative clause
    bool place = false;     // says where: singular
    bool specific = false;  // definite in some way: neither indefinite nor every
  };
  /// What a clause may be.
  struct ClauseWish {
    const NounPhrase* subject = nullptr;  // given
    Kinds subjects = ~Kinds{0};           // otherwise: what the subject may denote
    unsigned tenses = kPresent | kPast | kPerfect | kFuture | kModal;
    bool main = true;        // may have an element in front of the verb
    bool adverbs = true;     // may have adverbials
    bool relatives = false;  // may contain relative clauses
    bool willed = false;     // an action that one can intend
    bool event = false;      // something that happens, not a state
    bool negation = false;
    std::optional<Frame> frame{};
  };

  // Noun phrases: compose_phrase.cpp.
  NounPhrase phrase(const PhraseWish& wish);
  NounPhrase pronoun();
  NounPhrase object_pronoun(const Clause& clause);
  const Noun& pick_noun(Kinds kinds);
  void choose_number(NounPhrase& phrase, const PhraseWish& wish);
  void choose_determiner(NounPhrase& phrase, const PhraseWish& wish);
  void choose_owner(NounPhrase& phrase);
  void choose_adjectives(NounPhrase& phrase);
  void attach_relative(NounPhrase& phrase);
  Reference possessor();
  PrepositionalPhrase place_at(Kinds kinds);
  PrepositionalPhrase place_to(Kinds kinds);
  PrepositionalPhrase surface(Case grammatical_case, bool seat);

  // Clauses: compose_clause.cpp.
  Clause clause(const ClauseWish& wish);
  const Verb& pick_verb(const ClauseWish& wish);
  void choose_tense(Clause& clause, const ClauseWish& wish);
  void add_arguments(Clause& clause, const ClauseWish& wish);
  void make_passive(Clause& clause);
  void add_predicate(Clause& clause);
  void add_adverbials(Clause& clause);
  void choose_front(Clause& clause);

  // Sentences: compose_sentence.cpp.
  Sentence statement();
  Sentence with_subordinate();
  Sentence with_complement();
  Sentence with_purpose();
  Sentence coordinated();
  Clause circumstance_of(const Sentence& sentence, bool past);
  std::optional<Clause> state_of(const Clause& main, bool past);
  std::optional<Clause> quality_of(const Clause& main, bool past);

  // Questions and commands: compose_question.cpp.
  Sentence yes_no_question();
  Sentence wh_question();
  Sentence command();
  void ask_for_adverb(Clause& clause, bool embedded);

  Dice& dice_;
  std::vector<const Noun*> used_;  // no noun twice in a sentence
};

}  // namespace dragoman::demo
