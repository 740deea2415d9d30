#include "data/demo/composer.h"

#include <algorithm>
#include <array>

namespace dragoman::demo {
namespace {

TenseSet set_of(Tense tense) {
  constexpr std::array kSets = {kPresent, kPast, kPerfect, kFuture, kModal};
  return kSets[static_cast<std::size_t>(tense)];
}

bool is_second_person(const NounPhrase& phrase) {
  return agreement(phrase).person == Person::second;
}

// Whether the German nominative may be denied by nicht without a change of meaning ("ein Mann schläft nicht" may not).
bool allows_negation(const NounPhrase& phrase) {
  return phrase.determiner != Determiner::every && phrase.determiner != Determiner::indefinite && phrase.count == 0;
}

}  // namespace

const Verb& Composer::pick_verb(const ClauseWish& wish) {
  constexpr std::array kFrames = {Frame::transitive, Frame::intransitive, Frame::motion,        Frame::location,
                                  Frame::dative,     Frame::ditransitive, Frame::prepositional, Frame::placing,
                                  Frame::lying,      Frame::experiencer,  Frame::copula};
  const Frame frame = wish.frame ? *wish.frame
                                 : kFrames[static_cast<std::size_t>(dice_.weighted(
                                       {40, 17, 8, 2, 6, 9, 9, 4, 3, 5, wish.willed || wish.event ? 0 : 9}))];
  const Kinds subjects = wish.subject == nullptr         ? wish.subjects
                         : wish.subject->noun != nullptr ? wish.subject->noun->kinds
                                                         : Kinds{kPerson};
  const unsigned unwanted = wish.willed ? kStative | kUnwilled : wish.event ? unsigned{kStative} : 0u;
  const Verb* picked = dice_.pick(verbs(), [&](const Verb& verb) {
    return verb.frame == frame && (verb.subjects & subjects) != 0 && !(verb.traits & unwanted);
  });
  if (picked == nullptr) throw DeadEnd{};
  return *picked;
}

void Composer::choose_tense(Clause& clause, const ClauseWish& wish) {
  const NounPhrase& subject = clause.subject;
  const bool person = subject.noun == nullptr || subject.noun->is(kPerson);
  unsigned allowed = wish.tenses;
  if (clause.verb->traits & kStative) allowed &= kPresent | kPast;
  if (!person || (clause.verb->traits & kUnwilled)) allowed &= ~unsigned{kModal};
  // In the second person German prefers the perfect in speech: "du hast gekauft".
  if (is_second_person(subject)) allowed &= ~unsigned{kPast};
  // "They read" is present or past; only "he reads" and "he read" tell.
  const Reference who = agreement(subject);
  const bool third_singular = who.person == Person::third && !who.plural;
  if (clause.verb->english.base == clause.verb->english.past && !third_singular) allowed &= ~unsigned{kPast};
  auto weight = [&](TenseSet tense, int value) { return allowed & tense ? value : 0; };
  if (allowed == 0) throw DeadEnd{};
  clause.tense = static_cast<Tense>(dice_.weighted(
      {weight(kPresent, 36), weight(kPast, 24), weight(kPerfect, 15), weight(kFuture, 8), weight(kModal, 17)}));
  if (clause.tense != Tense::modal) return;
  const bool past = allowed & kPast;
  clause.modal = dice_.pick(modals(), [&](const Modal& modal) {
    return (past || !modal.past) && (wish.tenses & kPresent || modal.past) && (!clause.negated || modal.negatable);
  });
  if (clause.modal == nullptr) throw DeadEnd{};
}

void Composer::add_arguments(Clause& clause, const ClauseWish& wish) {
  const Verb& verb = *clause.verb;
  auto person = [&]() -> NounPhrase {
    if (dice_.chance(24)) return object_pronoun(clause);
    return phrase({.kinds = kPerson, .relative = wish.relatives});
  };
  auto thing = [&](Kinds kinds) { return phrase({.kinds = kinds, .relative = wish.relatives}); };
  const bool may_be_pronoun = verb.objects & kPerson;
  switch (verb.frame) {
    case Frame::transitive:
      clause.accusative = may_be_pronoun && dice_.chance(18) ? object_pronoun(clause) : thing(verb.objects);
      break;
    case Frame::dative:
      clause.dative = verb.objects == kPerson ? person() : thing(verb.objects);
      break;
    case Frame::ditransitive:
      clause.accusative = phrase({.kinds = verb.objects});
      clause.dative = person();
      break;
    case Frame::experiencer:
      clause.accusative = phrase({.kinds = verb.objects, .specific = true});
      break;
    case Frame::prepositional:
      clause.complement = {verb.preposition,
                           may_be_pronoun && dice_.chance(18) ? object_pronoun(clause) : thing(verb.objects)};
      break;
    case Frame::motion:
      clause.place = place_to(verb.english.base == "drive" ? kTrip : kPlace);
      break;
    case Frame::location:
      clause.place = place_at(kTown | kBuilding);
      break;
    case Frame::placing:
      clause.accusative = thing(verb.objects);
      clause.place = surface(Case::accusative, false);
      break;
    case Frame::lying:
      clause.place = surface(Case::dative, verb.english.base == "sit");
      break;
    case Frame::copula:
      add_predicate(clause);
      break;
    case Frame::intransitive:
    case Frame::clausal:
      break;
  }
}

// The object becomes the subject; who acts is said in half of the cases.
void Composer::make_passive(Clause& clause) {
  NounPhrase agent = std::move(clause.subject);
  clause.subject = std::move(*clause.accusative);
  clause.accusative.reset();
  clause.passive = true;
  clause.place.reset();
  if (!agent.is_pronoun() && dice_.chance(70)) clause.complement = {{"by", "von", Case::dative}, std::move(agent)};
}

void Composer::add_predicate(Clause& clause) {
  const NounPhrase& subject = clause.subject;
  const Kinds kinds = subject.noun == nullptr ? Kinds{kPerson} : subject.noun->kinds;
  const bool person = kinds & kPerson;
  if (clause.verb->english.base == "become") {
    clause.predicate = dice_.pick(adjectives(), [](const Adjective& each) {
      return each.state || each.english == "famous" || each.english == "rich" || each.english == "old";
    });
    return;
  }
  const bool masculine = subject.noun != nullptr && subject.noun->gender == Gender::masculine && !subject.plural &&
                         subject.noun->is(kRelative | kName);
  if (masculine && dice_.chance(35)) {
    clause.profession =
        dice_.pick(nouns(), [](const Noun& each) { return each.is(kWork) && each.gender == Gender::masculine; });
    return;
  }
  if ((kinds & (kPerson | kPet)) && dice_.chance(10)) {
    clause.age = dice_.between(2, kinds & kYoung ? 17 : person ? 90 : 12);
    return;
  }
  const bool compare = subject.form == Form::noun && !(kinds & kName) && dice_.chance(28);
  clause.predicate = dice_.pick(adjectives(), [&](const Adjective& each) {
    const bool said =
        std::find(subject.adjectives.begin(), subject.adjectives.end(), &each) != subject.adjectives.end();
    return (each.kinds & kinds) != 0 && !said && (!compare || !each.english_comparative.empty());
  });
  if (clause.predicate == nullptr) throw DeadEnd{};
  if (compare) clause.than = phrase({.kinds = kinds & clause.predicate->kinds, .specific = true});
}

void Composer::add_adverbials(Clause& clause) {
  const Verb& verb = *clause.verb;
  const unsigned tense = set_of(clause.tense);
  const bool past_modal = clause.modal != nullptr && clause.modal->past;
  const bool counted = clause.accusative && (clause.accusative->count > 0);
  if (!clause.negated && !(verb.traits & kStative) && !counted && dice_.chance(10) && clause.tense != Tense::modal) {
    clause.frequency = dice_.pick(frequency_adverbs(), [&](const Adverb& each) { return (each.tenses & tense) != 0; });
  }
  const bool definite_object = !clause.accusative || clause.accusative->is_pronoun() ||
                               clause.accusative->determiner == Determiner::definite ||
                               clause.accusative->determiner == Determiner::possessive;
  if (!clause.negated && definite_object && !clause.passive && dice_.chance(26)) {
    clause.manner = dice_.pick(manner_adverbs(), [&](const Adverb& each) { return (each.traits & verb.traits) != 0; });
  }
  if ((verb.traits & kSomewhere) && !clause.place && !clause.passive && !clause.manner && dice_.chance(32)) {
    clause.place = place_at(kPlace);
  }
  if (!(verb.traits & kStative) && verb.frame != Frame::copula && clause.frequency == nullptr && !past_modal &&
      dice_.chance(36)) {
    const bool habit = !clause.negated && !is_second_person(clause.subject);
    clause.time = dice_.pick(time_adverbs(), [&](const Adverb& each) {
      return (each.tenses & tense) != 0 && (habit || !each.english.starts_with("every"));
    });
  }
}

void Composer::choose_front(Clause& clause) {
  if (clause.time != nullptr && dice_.chance(42)) {
    clause.front = Front::time;
  } else if (clause.place && (clause.verb->traits & kSomewhere) && dice_.chance(18)) {
    clause.front = Front::place;
  }
}

Clause Composer::clause(const ClauseWish& wish) {
  Clause result;
  result.verb = &pick_verb(wish);
  const Verb& verb = *result.verb;
  if (wish.subject != nullptr) {
    result.subject = *wish.subject;
  } else {
    const bool person = verb.subjects & kPerson & wish.subjects;
    Kinds kinds = verb.subjects & wish.subjects;
    if (verb.frame == Frame::copula && verb.subjects != kPerson) {
      constexpr std::array<Kinds, 3> kTopics = {kPerson, kAnimal, kThing | kVehicle | kFood | kDrink | kText | kPlace};
      kinds = kTopics[static_cast<std::size_t>(dice_.weighted({50, 15, 35}))];
    }
    const bool definite = verb.frame == Frame::copula || verb.frame == Frame::lying || (verb.traits & kStative) != 0;
    result.subject = phrase({.kinds = kinds,
                             .pronoun = person && (kinds & kPerson),
                             .subject = true,
                             .relative = wish.relatives,
                             .specific = definite});
  }
  result.negated = wish.negation && allows_negation(result.subject);
  choose_tense(result, wish);
  add_arguments(result, wish);
  const bool counted =
      (result.accusative && result.accusative->count > 0) || (result.dative && result.dative->count > 0);
  if (counted || result.than || result.age > 0 || result.profession != nullptr) result.negated = false;
  const std::string_view particle = verb.english.particle;
  const bool looks = particle == "at" || particle == "for";  // "was looked at" is left out
  const bool active_subject = !looks && wish.subject == nullptr && !wish.frame && verb.frame == Frame::transitive;
  const bool may_be_passive = active_subject && !(verb.traits & kStative) && !wish.willed &&
                              result.subject.count == 0 && result.tense != Tense::modal &&
                              result.tense != Tense::future && !result.negated &&
                              !(result.tense == Tense::present && (verb.traits & kUnwilled));  // "is broken" is a state
  if (may_be_passive && !is_second_person(*result.accusative) && dice_.chance(9)) make_passive(result);
  if (wish.adverbs) add_adverbials(result);
  if (wish.main) choose_front(result);
  return result;
}

}  // namespace dragoman::demo
