#include "data/demo/composer.h"

#include <algorithm>
#include <array>

namespace dragoman::demo {
namespace {

/// Adjectives of age and size stand first where there are two, so that two never contradict each other ("old young").
bool is_age_or_size(const Adjective& adjective) {
  constexpr std::string_view kFirst[] = {"old", "young", "new", "big", "small"};
  return std::find(std::begin(kFirst), std::end(kFirst), adjective.english) != std::end(kFirst);
}

}  // namespace

const Noun& Composer::pick_noun(Kinds kinds) {
  const Noun* picked = dice_.pick(nouns(), [&](const Noun& noun) {
    return noun.is(kinds) && std::find(used_.begin(), used_.end(), &noun) == used_.end();
  });
  if (picked == nullptr) throw DeadEnd{};
  used_.push_back(picked);
  return *picked;
}

NounPhrase Composer::pronoun() {
  constexpr std::array<Reference, 6> kPeople = {{{Person::first},
                                                 {Person::second},
                                                 {Person::third},
                                                 {Person::third, false, Gender::feminine},
                                                 {Person::first, true},
                                                 {Person::third, true}}};
  NounPhrase phrase;
  phrase.form = Form::pronoun;
  phrase.reference = kPeople[dice_.weighted({22, 14, 18, 18, 14, 14})];
  return phrase;
}

NounPhrase Composer::object_pronoun(const Clause& clause) {
  const Reference subject = agreement(clause.subject);
  for (;;) {
    NounPhrase result = pronoun();
    // "I see me" wants a reflexive; two third persons are two people.
    if (result.reference.person == Person::third || result.reference.person != subject.person) return result;
  }
}

Reference Composer::possessor() {
  constexpr std::array<Reference, 6> kOwners = {{{Person::first},
                                                 {Person::second},
                                                 {Person::third},
                                                 {Person::third, false, Gender::feminine},
                                                 {Person::first, true},
                                                 {Person::third, true}}};
  return kOwners[dice_.weighted({26, 14, 20, 20, 12, 8})];
}

void Composer::choose_number(NounPhrase& phrase, const PhraseWish& wish) {
  if (!phrase.noun->countable() || phrase.noun->is(kUnique) || wish.place) return;
  const bool fruit = phrase.noun->is(kFood | kPlant | kFarm);
  phrase.plural = dice_.chance(wish.subject ? 22 : fruit ? 45 : 26);
}

void Composer::choose_determiner(NounPhrase& phrase, const PhraseWish& wish) {
  using enum Determiner;
  const Noun& noun = *phrase.noun;
  const bool relative = noun.is(kRelative);
  // One has a teacher and a garden; "our judge" and "her market" are odd.
  const int owned = relative ? 42 : noun.is(kPerson) ? 5 : noun.is(kPlace) && !noun.is(kHome) ? 0 : 14;
  const int shown = noun.is(kWork) ? 3 : 7;
  int choice = 0;
  if (!noun.countable()) {
    choice = dice_.weighted({55, wish.specific || wish.subject ? 0 : 40, 8, 6, 0, 0});
  } else if (phrase.plural) {
    choice = dice_.weighted({44,
                             wish.specific || wish.subject || noun.is(kPlace) ? 0
                             : noun.is(kPerson)                               ? 5
                                                                              : 18,
                             owned, shown, 0, wish.specific || noun.is(kPlace | kRelative | kEvent) ? 0 : 16});
  } else {
    const bool indefinite = !wish.specific && !relative;
    choice = dice_.weighted({46, indefinite ? (wish.subject ? 8 : 26) : 0, owned, shown,
                             indefinite && wish.subject && !noun.is(kPlace) ? 4 : 0, 0});
  }
  constexpr std::array kChoices = {definite, indefinite, possessive, demonstrative, every, none};
  phrase.determiner = kChoices[static_cast<std::size_t>(choice)];
  const bool bare = phrase.determiner == indefinite && (phrase.plural || !noun.countable());
  if (bare) phrase.determiner = none;
  if (phrase.determiner == possessive) phrase.possessor = possessor();
  if (phrase.plural && phrase.determiner == none && !bare) {
    phrase.count = dice_.chance(65) ? dice_.between(2, 12) : dice_.between(13, 99);
    if (phrase.count > 20 && noun.is(kPerson | kFurniture | kBuilding)) phrase.count = phrase.count / 10;
  }
}

void Composer::choose_owner(NounPhrase& phrase) {
  constexpr Kinds kOwnable = kThing | kClothes | kVehicle | kHome | kPet | kText | kRelative;
  if (phrase.determiner != Determiner::definite || !phrase.noun->is(kOwnable) || !dice_.chance(16)) return;
  NounPhrase owner;
  owner.noun = &pick_noun(kPerson);
  if (owner.noun->is(kName)) throw DeadEnd{};
  owner.plural = dice_.chance(15);
  owner.determiner = owner.noun->is(kRelative) ? Determiner::possessive : Determiner::definite;
  owner.possessor = possessor();
  if (dice_.chance(15)) choose_adjectives(owner);
  phrase.owner = std::make_shared<const NounPhrase>(std::move(owner));
}

void Composer::choose_adjectives(NounPhrase& phrase) {
  const Noun& noun = *phrase.noun;
  if (noun.is(kName) || phrase.determiner == Determiner::every) return;
  const bool states = dice_.chance(25);
  const Adjective* first = dice_.pick(adjectives(), [&](const Adjective& each) {
    const bool odd = is_age_or_size(each) && (!noun.countable() || (each.english == "old" && noun.is(kYoung)));
    return noun.is(each.kinds) && !odd && (states || !each.state);
  });
  if (first == nullptr) return;
  phrase.adjectives.push_back(first);
  if (!is_age_or_size(*first) || !dice_.chance(30)) return;
  const Adjective* second = dice_.pick(
      adjectives(), [&](const Adjective& each) { return noun.is(each.kinds) && !is_age_or_size(each) && !each.state; });
  if (second != nullptr) phrase.adjectives.push_back(second);
}

void Composer::attach_relative(NounPhrase& phrase) {
  const bool person = phrase.noun->is(kPerson);
  NounPhrase gap;
  gap.form = Form::relative;
  gap.noun = phrase.noun;
  gap.plural = phrase.plural;
  ClauseWish wish{.main = false, .adverbs = dice_.chance(35), .negation = dice_.chance(14)};
  wish.tenses = kPresent | kPast | kPerfect | kModal;
  std::optional<Clause> result;
  const int role = person ? dice_.weighted({60, 20, 10, 10}) : phrase.noun->is(kAnimal) ? dice_.weighted({50, 50}) : 1;
  if (role == 0) {
    wish.subject = &gap;
    result = clause(wish);
  } else {
    constexpr std::array kFrames = {Frame::transitive, Frame::transitive, Frame::dative, Frame::prepositional};
    wish.frame = kFrames[static_cast<std::size_t>(role)];
    wish.subjects = kPerson;
    result = clause(wish);
    if (!(result->verb->objects & phrase.noun->kinds) || result->passive) throw DeadEnd{};
    // "whom the house belongs to": a stranded preposition is left out of the corpus.
    if (role == 2 && !result->verb->english.particle.empty()) throw DeadEnd{};
    (role == 1 ? *result->accusative : role == 2 ? *result->dative : result->complement->object) = gap;
  }
  if (result->verb->frame == Frame::copula && (result->than || result->profession != nullptr)) throw DeadEnd{};
  phrase.relative = std::make_shared<const Clause>(std::move(*result));
}

NounPhrase Composer::phrase(const PhraseWish& wish) {
  if (wish.pronoun && dice_.chance(wish.subject ? 24 : 22)) return pronoun();
  NounPhrase result;
  result.noun = &pick_noun(wish.kinds);
  if (result.noun->is(kName)) return result;
  choose_number(result, wish);
  choose_determiner(result, wish);
  if (dice_.chance(result.noun->is(kPerson) ? 24 : 38)) choose_adjectives(result);
  choose_owner(result);
  const bool describable = result.determiner == Determiner::definite && !result.owner && result.adjectives.empty();
  if (wish.relative && describable && dice_.chance(9)) attach_relative(result);
  return result;
}

PrepositionalPhrase Composer::place_at(Kinds kinds) {
  NounPhrase place = phrase({.kinds = kinds, .place = true, .specific = true});
  return {{place.noun->place.at_english, place.noun->place.at_german, Case::dative}, std::move(place)};
}

PrepositionalPhrase Composer::place_to(Kinds kinds) {
  NounPhrase place = phrase({.kinds = kinds, .place = true, .specific = true});
  const Locative& way = place.noun->place;
  return {{way.to_english, way.to_german, way.to_german == "zu" ? Case::dative : Case::accusative}, std::move(place)};
}

PrepositionalPhrase Composer::surface(Case grammatical_case, bool seat) {
  NounPhrase support = phrase({.kinds = kSurface, .place = true, .specific = true});
  Preposition preposition = *dice_.pick(surface_prepositions(), [&](const Preposition& each) {
    return !seat || each.english == "on" || each.english == "next to";
  });
  preposition.german_case = grammatical_case;
  return {preposition, std::move(support)};
}

}  // namespace dragoman::demo
