#pragma once

#include "data/demo/lexicon.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The meaning of a sentence in a form from which both languages are realised: the shared side of the synchronous
/// grammar.
namespace dragoman::demo {

struct Clause;

enum class Form { noun, pronoun, relative, interrogative };
enum class Determiner { none, definite, indefinite, demonstrative, possessive, every, which, how_many };

/// Who is spoken of, as far as pronouns and possessives show it.
struct Reference {
  Person person = Person::third;
  bool plural = false;
  Gender gender = Gender::masculine;
  bool thing = false;  // English "it" whatever the German gender
};

struct NounPhrase {
  Form form = Form::noun;
  const Noun* noun = nullptr;  // the head; of a relative pronoun its antecedent's; of other pronouns none
  Determiner determiner = Determiner::none;
  std::vector<const Adjective*> adjectives;
  int count = 0;  // 0: no numeral
  bool plural = false;
  Reference reference;                      // of a pronoun; interrogative: `thing` asks "what"
  Reference possessor;                      // of a possessive determiner
  std::shared_ptr<const NounPhrase> owner;  // genitive, in place of a determiner ("the teacher's bag")
  std::shared_ptr<const Clause> relative;   // contains one phrase of Form::relative

  bool is_pronoun() const { return form == Form::pronoun; }
  /// Whether it moves to the front of its clause: relative pronouns and question words.
  bool is_wh() const {
    return form == Form::relative || form == Form::interrogative || determiner == Determiner::which ||
           determiner == Determiner::how_many;
  }
};

/// Person, number and gender that verbs and pronouns agree with.
Reference agreement(const NounPhrase& phrase);

struct PrepositionalPhrase {
  Preposition preposition;
  NounPhrase object;
};

enum class Tense { present, past, perfect, future, modal };
/// What stands at the head of a main clause, before the finite verb in German.
enum class Front { subject, time, place };

struct Clause {
  const Verb* verb = nullptr;
  NounPhrase subject;                    // passive: the patient; experiencer: who likes
  std::optional<NounPhrase> accusative;  // experiencer: what is liked
  std::optional<NounPhrase> dative;
  std::optional<PrepositionalPhrase> complement;  // what the verb governs; passive: the agent
  std::optional<PrepositionalPhrase> place;
  Tense tense = Tense::present;
  const Modal* modal = nullptr;
  const Adverb* time = nullptr;
  const Adverb* frequency = nullptr;
  const Adverb* manner = nullptr;
  const Adverb* question = nullptr;      // why, when, where
  const Adjective* predicate = nullptr;  // of a copula
  std::optional<NounPhrase> than;        // makes the predicate a comparative
  const Noun* profession = nullptr;      // of a copula
  int age = 0;                           // of a copula, in years
  bool negated = false;
  bool passive = false;
  Front front = Front::subject;
};

enum class Bond { subordinate, coordinate, purpose };

struct Conjunction {
  std::string_view english, german;
  Bond bond;
};

enum class Mood { statement, question, command };

struct Sentence {
  Mood mood = Mood::statement;
  bool polite = false;  // of a command: please
  Clause main;
  const Conjunction* conjunction = nullptr;
  std::optional<Clause> second;                // what the conjunction introduces,
  const Circumstance* circumstance = nullptr;  // or this
  bool second_first = false;
};

using Words = std::vector<std::string>;

/// A capital first, single spaces, no space before punctuation, `end` after the last word. The word "," stands for a
/// comma; commas that meet each other or `end` merge.
std::string join_sentence(const Words& words, std::string_view end);
void append(Words& words, const Words& more);
/// Appends the space-separated words of `text`; nothing for empty text.
void append(Words& words, std::string_view text);

std::string realise_english(const Sentence& sentence);
std::string realise_german(const Sentence& sentence);

}  // namespace dragoman::demo
