#include "data/demo/composer.h"

#include <algorithm>
#include <array>

namespace dragoman::demo {
namespace {

constexpr Conjunction kBecause{"because", "weil", Bond::subordinate};
constexpr Conjunction kAlthough{"although", "obwohl", Bond::subordinate};
constexpr Conjunction kIf{"if", "wenn", Bond::subordinate};
constexpr Conjunction kWhenever{"when", "wenn", Bond::subordinate};
constexpr Conjunction kWhenOnce{"when", "als", Bond::subordinate};  // one occasion in the past
constexpr Conjunction kWhile{"while", "während", Bond::subordinate};
constexpr Conjunction kBefore{"before", "bevor", Bond::subordinate};
constexpr Conjunction kThat{"that", "dass", Bond::subordinate};
constexpr Conjunction kWhether{"whether", "ob", Bond::subordinate};
constexpr Conjunction kNone{"", "", Bond::subordinate};  // before an indirect question with its own question word
constexpr Conjunction kAnd{"and", "und", Bond::coordinate};
constexpr Conjunction kBut{"but", "aber", Bond::coordinate};
constexpr Conjunction kPurpose{"to", "um", Bond::purpose};

constexpr unsigned kNotPast = kPresent | kPerfect | kFuture | kModal;

bool is_about_past(const Clause& clause) {
  return clause.tense == Tense::past || (clause.modal != nullptr && clause.modal->past);
}

// A pronoun for `phrase`, if the gender of the two languages lets one refer to it without doubt.
std::optional<NounPhrase> pronoun_for(const NounPhrase& phrase) {
  NounPhrase result;
  result.form = Form::pronoun;
  result.reference = agreement(phrase);
  if (phrase.form == Form::pronoun) return result;
  const bool neuter_person = result.reference.gender == Gender::neuter && phrase.noun->is(kPerson) && !phrase.plural;
  if (neuter_person || phrase.noun->english == "family" || phrase.determiner == Determiner::every) return std::nullopt;
  return result;
}

// A pronoun for the person who acts in `main`.
std::optional<NounPhrase> same_person(const Clause& main) {
  const bool person = main.subject.noun == nullptr || main.subject.noun->is(kPerson);
  return person && !main.passive ? pronoun_for(main.subject) : std::nullopt;
}

}  // namespace

// "… because she is tired": the subject of the main clause in a passing state.
std::optional<Clause> Composer::state_of(const Clause& main, bool past) {
  if (main.passive || (past && agreement(main.subject).person == Person::second)) return std::nullopt;
  std::optional<NounPhrase> subject = pronoun_for(main.subject);
  const Kinds kinds = main.subject.noun == nullptr ? Kinds{kPerson} : main.subject.noun->kinds;
  if (!subject || !(kinds & (kPerson | kAnimal))) return std::nullopt;
  Clause state;
  state.verb = &verb("be", Frame::copula);
  state.subject = *subject;
  state.tense = past ? Tense::past : Tense::present;
  state.negated = dice_.chance(12);
  state.predicate =
      dice_.pick(adjectives(), [&](const Adjective& each) { return each.state && (each.kinds & kinds) != 0; });
  return state;
}

// "… because it is expensive": a property of the object, which alone in the sentence can be "it" or "they".
std::optional<Clause> Composer::quality_of(const Clause& main, bool past) {
  if (!main.accusative || main.place || main.accusative->form != Form::noun || main.accusative->owner)
    return std::nullopt;
  const NounPhrase& object = *main.accusative;
  const bool person_acts = main.subject.noun == nullptr || main.subject.noun->is(kPerson);
  const bool unclear_they = object.plural && agreement(main.subject).plural;
  if (object.noun->is(kPerson | kAnimal) || !person_acts || unclear_they ||
      object.determiner == Determiner::indefinite || object.determiner == Determiner::none || main.dative) {
    return std::nullopt;
  }
  Clause quality;
  quality.verb = &verb("be", Frame::copula);
  quality.subject = *pronoun_for(object);
  quality.subject.noun = object.noun;
  quality.tense = past ? Tense::past : Tense::present;
  quality.predicate = dice_.pick(adjectives(), [&](const Adjective& each) {
    const bool said = std::find(object.adjectives.begin(), object.adjectives.end(), &each) != object.adjectives.end();
    return object.noun->is(each.kinds) && !said;
  });
  if (quality.predicate == nullptr) return std::nullopt;
  return quality;
}

Sentence Composer::statement() {
  Sentence sentence;
  sentence.main = clause({.relatives = true, .negation = dice_.chance(13)});
  return sentence;
}

Sentence Composer::with_subordinate() {
  constexpr std::array kJoints = {&kBecause, &kAlthough, &kIf, &kWhenever, &kWhenOnce, &kWhile, &kBefore};
  Sentence sentence;
  const int kind = dice_.weighted({34, 14, 14, 9, 10, 10, 9});
  sentence.conjunction = kJoints[static_cast<std::size_t>(kind)];
  const Conjunction* joint = sentence.conjunction;
  const bool timed = joint == &kWhile || joint == &kBefore;
  ClauseWish wish{.negation = dice_.chance(8)};
  wish.tenses = joint == &kIf         ? kPresent | kFuture | kModal
                : joint == &kWhenever ? unsigned{kPresent}
                : joint == &kWhenOnce ? unsigned{kPast}
                : timed               ? (dice_.chance(50) ? kPresent : kPast)
                                      : kPresent | kPast | kPerfect | kModal;
  sentence.second_first = dice_.chance(36);
  wish.main = !sentence.second_first;
  wish.willed = timed;
  wish.event = dice_.chance(92);
  sentence.main = clause(wish);
  // After "ask", a clause with if or when would be an indirect question.
  if ((joint == &kIf || joint == &kWhenever || joint == &kWhenOnce) && sentence.main.verb->english.base == "ask")
    throw DeadEnd{};
  const bool past = is_about_past(sentence.main) || sentence.main.tense == Tense::perfect;
  const bool circumstantial = !timed;
  const int choice =
      dice_.weighted({circumstantial ? 24 : 0, joint == &kBecause ? 22 : 0, circumstantial ? 22 : 0, 44});
  if (choice == 0) sentence.second = state_of(sentence.main, past);
  if (choice == 1 && !sentence.second_first) sentence.second = quality_of(sentence.main, past);
  if (choice == 2) {
    sentence.circumstance = dice_.pick(circumstances(), [&](const Circumstance& each) { return each.past == past; });
  } else if (!sentence.second) {
    sentence.second = circumstance_of(sentence, past);
  }
  return sentence;
}

// A subordinate clause of its own, often about the same subject.
Clause Composer::circumstance_of(const Sentence& sentence, bool past) {
  const Conjunction* joint = sentence.conjunction;
  const bool reason = joint == &kBecause || joint == &kAlthough;
  ClauseWish wish{.subjects = kPerson | kAnimal | kPublic, .main = false, .adverbs = dice_.chance(50)};
  wish.willed = joint == &kWhile || joint == &kBefore;
  wish.event = joint != &kBecause;
  wish.negation = !wish.willed && dice_.chance(8);
  wish.tenses = past ? unsigned{kPast} : reason ? kPresent | kPerfect | kModal : unsigned{kPresent};
  const std::optional<NounPhrase> same = same_person(sentence.main);
  if (same && joint != &kWhile && dice_.chance(60)) {
    wish.subject = &*same;
    // One acts because one wants, must or may do something else.
    if (joint == &kBecause && dice_.chance(75)) wish.tenses = past ? kModal | kPast : unsigned{kModal};
    wish.willed = true;
  }
  Clause result = clause(wish);
  if (past && result.modal != nullptr && !result.modal->past) throw DeadEnd{};
  // One time is enough for both clauses, and "every day" is no answer to when.
  if (sentence.main.time != nullptr || !reason) result.time = nullptr;
  if (!reason) result.frequency = nullptr;
  return result;
}

Sentence Composer::with_complement() {
  Sentence sentence;
  Clause& main = sentence.main;
  const int kind = dice_.weighted({70, 15, 15});
  constexpr std::array<std::string_view, 4> kVerbs = {"say", "know", "believe", "hope"};
  main.verb = &verb(kind == 0   ? kVerbs[static_cast<std::size_t>(dice_.between(0, 3))]
                    : kind == 1 ? "know"
                                : "ask",
                    Frame::clausal);
  main.subject = phrase({.kinds = kPerson, .pronoun = true, .subject = true, .specific = true});
  main.negated = kind == 1;
  const bool past = dice_.chance(35) && agreement(main.subject).person != Person::second;
  main.tense = past ? Tense::past : Tense::present;
  if (main.verb->english.base == "say" && dice_.chance(45)) {
    main.time = dice_.pick(time_adverbs(), [&](const Adverb& each) { return each.tenses & (past ? kPast : kPresent); });
    main.front = Front::time;
  }
  ClauseWish wish{
      .main = false, .adverbs = main.time == nullptr && dice_.chance(60), .negation = kind == 0 && dice_.chance(10)};
  wish.tenses = past ? unsigned{kPast} : kNotPast | kPast;
  if (past && dice_.chance(25)) wish.tenses |= kModal;
  sentence.second = clause(wish);
  if (past && sentence.second->modal != nullptr && !sentence.second->modal->past) throw DeadEnd{};
  sentence.conjunction = kind == 0 ? &kThat : &kWhether;
  if (kind != 0 && dice_.chance(60)) {
    sentence.conjunction = &kNone;
    ask_for_adverb(*sentence.second, true);
  }
  return sentence;
}

Sentence Composer::with_purpose() {
  Sentence sentence;
  sentence.conjunction = &kPurpose;
  ClauseWish wish{.subjects = kPerson, .adverbs = dice_.chance(50), .willed = true};
  wish.frame = dice_.chance(75) ? Frame::motion : Frame::intransitive;
  sentence.main = clause(wish);
  const std::string_view name = sentence.main.verb->english.base;
  const std::string_view particle = sentence.main.verb->english.particle;
  const bool fits = wish.frame == Frame::motion || name == "hurry" || particle == "up" || particle == "back";
  if (!fits || sentence.main.manner != nullptr) throw DeadEnd{};
  const std::optional<NounPhrase> subject = pronoun_for(sentence.main.subject);
  if (!subject) throw DeadEnd{};
  ClauseWish purpose{.main = false, .adverbs = false, .willed = true};
  purpose.subject = &*subject;
  purpose.tenses = kPresent;
  constexpr std::array kAims = {Frame::transitive, Frame::dative, Frame::ditransitive, Frame::prepositional,
                                Frame::intransitive};
  purpose.frame = kAims[static_cast<std::size_t>(dice_.weighted({55, 12, 10, 10, 13}))];
  sentence.second = clause(purpose);
  if (sentence.second->verb->fixed_german.find("Hause") != std::string_view::npos) throw DeadEnd{};
  if (sentence.second->verb->preposition.german == "um") throw DeadEnd{};  // "um um … zu"
  return sentence;
}

Sentence Composer::coordinated() {
  Sentence sentence;
  sentence.conjunction = dice_.chance(65) ? &kAnd : &kBut;
  ClauseWish wish{.adverbs = dice_.chance(50), .event = true};
  sentence.main = clause(wish);
  ClauseWish second{.main = false,
                    .adverbs = dice_.chance(30),
                    .event = true,
                    .negation = sentence.conjunction == &kBut && dice_.chance(60)};
  const bool past = is_about_past(sentence.main);
  second.tenses = past                                   ? unsigned{kPast}
                  : sentence.main.tense == Tense::future ? unsigned{kFuture}
                                                         : unsigned{kPresent};
  if (sentence.main.tense == Tense::perfect) second.tenses = kPerfect;
  const std::optional<NounPhrase> same = same_person(sentence.main);
  if (same && dice_.chance(40)) second.subject = &*same;
  sentence.second = clause(second);
  if (sentence.main.time != nullptr) sentence.second->time = nullptr;
  return sentence;
}

Sentence Composer::compose() {
  switch (dice_.weighted({32, 27, 11, 7, 5, 6, 8, 4})) {
    case 0:
      return statement();
    case 1:
      return with_subordinate();
    case 2:
      return with_complement();
    case 3:
      return with_purpose();
    case 4:
      return coordinated();
    case 5:
      return yes_no_question();
    case 6:
      return wh_question();
    default:
      return command();
  }
}

}  // namespace dragoman::demo
