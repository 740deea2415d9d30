#include "data/demo/german_phrases.h"

#include "data/demo/german_morphology.h"

namespace dragoman::demo {
namespace {

std::string determiner_word(const NounPhrase& phrase, Case grammatical_case, bool negated) {
  const Gender gender = phrase.noun->gender;
  const bool plural = phrase.plural;
  if (phrase.owner) return definite_article(grammatical_case, gender, plural);
  if (negated) return ein_word("kein", grammatical_case, gender, plural);
  switch (phrase.determiner) {
    case Determiner::none:
      return "";
    case Determiner::definite:
      return definite_article(grammatical_case, gender, plural);
    case Determiner::indefinite:
      return ein_word("ein", grammatical_case, gender, plural);
    case Determiner::demonstrative:
      return der_word("dies", grammatical_case, gender, plural);
    case Determiner::possessive: {
      const Reference& who = phrase.possessor;
      return ein_word(possessive_stem(who.person, who.plural, who.gender), grammatical_case, gender, plural);
    }
    case Determiner::every:
      return der_word("jed", grammatical_case, gender, plural);
    case Determiner::which:
      return der_word("welch", grammatical_case, gender, plural);
    case Determiner::how_many:
      break;
  }
  return "wie viele";
}

Declension declension_after(const NounPhrase& phrase, bool negated) {
  if (phrase.owner) return Declension::weak;
  if (negated) return Declension::mixed;
  switch (phrase.determiner) {
    case Determiner::none:
    case Determiner::how_many:
      return Declension::strong;
    case Determiner::indefinite:
    case Determiner::possessive:
      return Declension::mixed;
    default:
      return Declension::weak;
  }
}

}  // namespace

bool negates_as_kein(const NounPhrase& phrase) {
  return phrase.form == Form::noun && !phrase.owner && phrase.count == 0 &&
         (phrase.determiner == Determiner::indefinite || phrase.determiner == Determiner::none) &&
         !phrase.noun->is(kName);
}

Words relative_clause(const NounPhrase& phrase) {
  if (!phrase.relative) return {};
  Words words{","};
  append(words, realise_verb_final(*phrase.relative));
  words.emplace_back(",");
  return words;
}

Words realise(const NounPhrase& phrase, Case grammatical_case, bool negated) {
  const Reference who = agreement(phrase);
  if (phrase.form == Form::pronoun) return {german_pronoun(who.person, who.plural, who.gender, grammatical_case)};
  if (phrase.form == Form::relative) return {relative_pronoun(grammatical_case, who.gender, who.plural)};
  if (phrase.form == Form::interrogative) {
    if (phrase.reference.thing) return {"was"};
    return {grammatical_case == Case::nominative ? "wer" : grammatical_case == Case::accusative ? "wen" : "wem"};
  }
  Words words;
  append(words, determiner_word(phrase, grammatical_case, negated));
  if (phrase.count > 0) words.push_back(german_number(phrase.count));
  for (const Adjective* adjective : phrase.adjectives) {
    words.push_back(
        decline(*adjective, declension_after(phrase, negated), grammatical_case, phrase.noun->gender, phrase.plural));
  }
  words.push_back(decline(*phrase.noun, grammatical_case, phrase.plural));
  if (phrase.owner) append(words, realise(*phrase.owner, Case::genitive));
  append(words, relative_clause(phrase));
  return words;
}

Words realise(const PrepositionalPhrase& phrase) {
  const NounPhrase& object = phrase.object;
  Words inner = realise(object, phrase.preposition.german_case);
  Words words;
  const bool article =
      object.form == Form::noun && (object.determiner == Determiner::definite || object.owner) && !object.relative;
  // "ins" and "ans" are for places; of a person one says "in das Mädchen".
  if (article && !(inner.front() == "das" && object.noun->is(kPerson))) {
    append(words, join_preposition(phrase.preposition.german, inner.front()));
    inner.erase(inner.begin());
  } else {
    append(words, phrase.preposition.german);
  }
  append(words, inner);
  return words;
}

}  // namespace dragoman::demo
