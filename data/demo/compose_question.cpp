#include "data/demo/composer.h"

#include <array>

namespace dragoman::demo {
namespace {

constexpr Adverb kWhy{"why", "warum"};
constexpr Adverb kWhen{"when", "wann"};
constexpr Adverb kWhere{"where", "wo"};
constexpr Adverb kWhereTo{"where", "wohin"};

}  // namespace

void Composer::ask_for_adverb(Clause& clause, bool embedded) {
  const bool somewhere = clause.verb->traits & kSomewhere;
  const bool stative = clause.verb->traits & kStative;
  const bool motion = clause.verb->frame == Frame::motion;
  const int kind = dice_.weighted({40, stative ? 0 : 35, motion ? 60 : somewhere && !clause.passive ? 35 : 0});
  constexpr std::array kQuestions = {&kWhy, &kWhen, &kWhere};
  clause.question = kQuestions[static_cast<std::size_t>(kind)];
  clause.front = Front::subject;
  if (clause.question == &kWhen) clause.time = nullptr;
  if (clause.question == &kWhen) clause.frequency = nullptr;
  if (clause.question == &kWhere) {
    clause.place.reset();
    if (motion) clause.question = &kWhereTo;
  }
  if (!embedded || clause.question != &kWhy) clause.negated = false;
}

Sentence Composer::yes_no_question() {
  Sentence sentence;
  sentence.mood = Mood::question;
  sentence.main = clause({.main = false, .adverbs = dice_.chance(70)});
  const NounPhrase& subject = sentence.main.subject;
  if (subject.determiner == Determiner::indefinite) throw DeadEnd{};
  // One asks oneself what one may do, seldom what one does.
  if (subject.is_pronoun() && subject.reference.person == Person::first && sentence.main.tense != Tense::modal)
    throw DeadEnd{};
  return sentence;
}

Sentence Composer::wh_question() {
  Sentence sentence;
  sentence.mood = Mood::question;
  Clause& main = sentence.main;
  const int kind = dice_.weighted({18, 14, 16, 10, 30, 12});
  ClauseWish wish{.main = false, .adverbs = dice_.chance(60)};
  NounPhrase who;
  who.form = Form::interrogative;
  if (kind == 0) {
    wish.subject = &who;
    main = clause(wish);
    return sentence;
  }
  if (kind == 4) {
    main = clause(wish);
    ask_for_adverb(main, false);
    return sentence;
  }
  wish.frame = kind == 5 && dice_.chance(60) ? Frame::dative : Frame::transitive;
  wish.subjects = kPerson;
  main = clause(wish);
  NounPhrase& object = main.dative ? *main.dative : *main.accusative;
  const Kinds objects = main.verb->objects;
  if (!main.verb->english.particle.empty() && kind == 5) throw DeadEnd{};
  if (kind == 1 || kind == 5) {
    if ((kind == 5) != ((objects & kPerson) != 0)) throw DeadEnd{};
    object = who;
    object.reference.thing = kind == 1;
    return sentence;
  }
  if (object.form != Form::noun || object.noun->is(kName)) throw DeadEnd{};
  if (kind == 3 && !object.noun->countable()) throw DeadEnd{};
  object.determiner = kind == 3 ? Determiner::how_many : Determiner::which;
  object.plural = kind == 3 || object.plural;
  object.count = 0;
  object.owner.reset();
  return sentence;
}

Sentence Composer::command() {
  Sentence sentence;
  sentence.mood = Mood::command;
  sentence.polite = dice_.chance(55);
  NounPhrase you;
  you.form = Form::pronoun;
  you.reference.person = Person::second;
  const bool negated = dice_.chance(15);
  ClauseWish wish{.main = false, .adverbs = dice_.chance(45), .willed = !negated, .negation = negated};
  wish.subject = &you;
  wish.tenses = kPresent;
  constexpr std::array kFrames = {Frame::transitive, Frame::intransitive, Frame::motion,       Frame::dative,
                                  Frame::placing,    Frame::ditransitive, Frame::prepositional};
  wish.frame = kFrames[static_cast<std::size_t>(dice_.weighted({50, 8, 8, 8, 10, 10, 6}))];
  sentence.main = clause(wish);
  sentence.main.frequency = nullptr;
  if (sentence.main.verb->traits & kStative) throw DeadEnd{};
  return sentence;
}

}  // namespace dragoman::demo
