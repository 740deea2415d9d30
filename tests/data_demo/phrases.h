#pragma once

#include "data/demo/syntax.h"

#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

/// Short ways to write down sentences of the demonstration grammar.
namespace dragoman::demo {

inline NounPhrase phrase(Determiner determiner, std::string_view english,
                         std::initializer_list<const char*> adjectives = {}, bool plural = false) {
  NounPhrase result;
  result.noun = &noun(english);
  result.determiner = determiner;
  result.plural = plural;
  for (const char* each : adjectives) result.adjectives.push_back(&adjective(each));
  return result;
}

inline NounPhrase the(std::string_view english, std::initializer_list<const char*> adjectives = {}) {
  return phrase(Determiner::definite, english, adjectives);
}

inline NounPhrase the_many(std::string_view english, std::initializer_list<const char*> adjectives = {}) {
  return phrase(Determiner::definite, english, adjectives, true);
}

inline NounPhrase a(std::string_view english, std::initializer_list<const char*> adjectives = {}) {
  return phrase(Determiner::indefinite, english, adjectives);
}

inline NounPhrase my(std::string_view english) {
  NounPhrase result = phrase(Determiner::possessive, english);
  result.possessor.person = Person::first;
  return result;
}

inline NounPhrase of_owner(NounPhrase owned, NounPhrase owner) {
  owned.owner = std::make_shared<const NounPhrase>(std::move(owner));
  return owned;
}

inline NounPhrase person(Person person, bool plural = false, Gender gender = Gender::masculine) {
  NounPhrase result;
  result.form = Form::pronoun;
  result.reference = {person, plural, gender, false};
  return result;
}

/// The gap of a relative clause about `antecedent`.
inline NounPhrase gap(const NounPhrase& antecedent) {
  NounPhrase result;
  result.form = Form::relative;
  result.noun = antecedent.noun;
  result.plural = antecedent.plural;
  return result;
}

inline Clause clause(NounPhrase subject, const Verb& verb_row, Tense tense = Tense::present) {
  Clause result;
  result.subject = std::move(subject);
  result.verb = &verb_row;
  result.tense = tense;
  return result;
}

inline Clause transitive(NounPhrase subject, std::string_view english, NounPhrase object,
                         Tense tense = Tense::present) {
  Clause result = clause(std::move(subject), verb(english, Frame::transitive), tense);
  result.accusative = std::move(object);
  return result;
}

inline Clause copula(NounPhrase subject, std::string_view english, Tense tense = Tense::present) {
  Clause result = clause(std::move(subject), verb("be", Frame::copula), tense);
  result.predicate = &adjective(english);
  return result;
}

inline const Adverb& time_adverb(std::string_view english) {
  for (const Adverb& each : time_adverbs()) {
    if (each.english == english) return each;
  }
  throw std::invalid_argument("no such time");
}

inline const Adverb& frequency_adverb(std::string_view english) {
  for (const Adverb& each : frequency_adverbs()) {
    if (each.english == english) return each;
  }
  throw std::invalid_argument("no such frequency");
}

inline Sentence statement(Clause main) {
  Sentence sentence;
  sentence.main = std::move(main);
  return sentence;
}

inline Sentence joined(Clause main, const Conjunction& conjunction, Clause second, bool second_first = false) {
  Sentence sentence = statement(std::move(main));
  sentence.conjunction = &conjunction;
  sentence.second = std::move(second);
  sentence.second_first = second_first;
  return sentence;
}

inline Sentence question(Clause main) {
  Sentence sentence = statement(std::move(main));
  sentence.mood = Mood::question;
  return sentence;
}

inline constexpr Conjunction kBecause{"because", "weil", Bond::subordinate};
inline constexpr Conjunction kThat{"that", "dass", Bond::subordinate};
inline constexpr Conjunction kPurpose{"to", "um", Bond::purpose};
inline constexpr Conjunction kAnd{"and", "und", Bond::coordinate};
inline constexpr Conjunction kBut{"but", "aber", Bond::coordinate};

}  // namespace dragoman::demo
