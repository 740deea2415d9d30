#include "data/demo/german_morphology.h"
#include "data/demo/german_phrases.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace dragoman::demo {
namespace {

/// Where the finite verb stands. `infinitive` has none and ends in zu + infinitive.
enum class Order { verb_second, verb_first, verb_final, infinitive, command };

Words realise(const Clause& clause, Order order);

/// The two brackets of a German clause: the finite verb, and what stands at the end.
struct Brackets {
  std::string finite;
  Words end;
};

Brackets perfect_brackets(const Clause& clause, const Reference& who) {
  const GermanVerb sein{.infinitive = "sein"};
  const GermanVerb haben{.infinitive = "haben", .third = "hat"};
  const std::string participle = german_participle(clause.verb->german);
  if (clause.passive) return {conjugate(sein, false, who.person, who.plural), {participle, "worden"}};
  const GermanVerb& auxiliary = clause.verb->german.with_sein ? sein : haben;
  return {conjugate(auxiliary, false, who.person, who.plural), {participle}};
}

Brackets brackets(const Clause& clause, const Reference& who) {
  const GermanVerb& verb = clause.verb->german;
  const GermanVerb werden{.infinitive = "werden", .third = "wird", .past = "wurde"};
  const Words nonfinite = clause.passive ? Words{german_participle(verb), "werden"} : Words{infinitive(verb)};
  const bool past = clause.tense == Tense::past;
  switch (clause.tense) {
    case Tense::perfect:
      return perfect_brackets(clause, who);
    case Tense::future:
      return {conjugate(werden, false, who.person, who.plural), nonfinite};
    case Tense::modal: {
      const Modal& modal = *clause.modal;
      const std::string_view form = who.plural                     ? modal.german_plural
                                    : who.person == Person::second ? modal.german_second
                                                                   : modal.german_singular;
      return {std::string(form), nonfinite};
    }
    case Tense::present:
    case Tense::past:
      break;
  }
  if (clause.passive) return {conjugate(werden, past, who.person, who.plural), {german_participle(verb)}};
  Brackets result{conjugate(verb, past, who.person, who.plural), {}};
  append(result.end, verb.prefix);
  return result;
}

enum class Slot {
  other,
  subject,
  reflexive,
  object,
  time,
  dative,
  accusative,
  negation,
  manner,
  place,
  complement,
  predicate,
  question
};

struct Constituent {
  Slot slot;
  Words words;
  bool first = false;  // a relative pronoun or question word
  Words tail{};        // its relative clause
};

/// The constituents between the brackets in the order of the middle field.
class MiddleField {
 public:
  explicit MiddleField(const Clause& clause) : clause_(clause) {
    const bool experiencer = clause.verb->frame == Frame::experiencer;
    nominative_ = experiencer ? &*clause.accusative : &clause.subject;
    accusative_ = experiencer || !clause.accusative ? nullptr : &*clause.accusative;
    dative_ = experiencer ? &clause.subject : clause.dative ? &*clause.dative : nullptr;
  }

  const NounPhrase& nominative() const { return *nominative_; }

  std::vector<Constituent> constituents(bool with_subject) {
    if (clause_.question != nullptr) add(Slot::question, {std::string(clause_.question->german)}, true);
    if (clause_.verb->frame == Frame::experiencer) add_phrase(Slot::dative, *dative_, Case::dative);
    add_subject(with_subject);
    add_adverb(Slot::time, clause_.time);
    add_adverb(Slot::time, clause_.frequency, false);
    add_objects();
    add_adverb(Slot::manner, clause_.manner);
    if (clause_.place) add_phrase(Slot::place, *clause_.place);
    if (clause_.complement) add_phrase(Slot::complement, *clause_.complement);
    add_predicate();
    return std::move(result_);
  }

 private:
  void add(Slot slot, Words words, bool first) { result_.push_back({slot, std::move(words), first}); }
  void add_phrase(Slot slot, const NounPhrase& phrase, Case grammatical_case, bool negated = false) {
    add(slot, realise(phrase, grammatical_case, negated), phrase.is_wh());
    split_tail(phrase);
  }
  void add_phrase(Slot slot, const PrepositionalPhrase& phrase) {
    add(slot, realise(phrase), phrase.object.is_wh());
    split_tail(phrase.object);
  }
  void split_tail(const NounPhrase& phrase) {
    Constituent& part = result_.back();
    part.tail = relative_clause(phrase);
    part.words.resize(part.words.size() - part.tail.size());
  }
  void add_adverb(Slot slot, const Adverb* adverb, bool movable = true) {
    if (adverb == nullptr) return;
    Words words;
    append(words, adverb->german);
    add(movable ? slot : Slot::other, std::move(words), false);
  }

  void add_subject(bool with_subject) {
    const bool reflexive = clause_.verb->german.reflexive;
    const Reference who = agreement(*nominative_);
    const Words pronoun = reflexive ? Words{reflexive_pronoun(who.person, who.plural)} : Words{};
    // Pronouns stand before a noun as subject ("freut sich der Mann", "half mir der Mann") and after a pronoun.
    const bool before = with_subject && !nominative_->is_pronoun();
    if (before && reflexive) add(Slot::reflexive, pronoun, false);
    if (before) add_pronouns(false);
    if (with_subject) add_phrase(Slot::subject, *nominative_, Case::nominative);
    if (!before && reflexive) add(Slot::reflexive, pronoun, false);
    add_pronouns(true);
    if (!before) add_pronouns(false);
  }

  // "sie" may be nominative or accusative, so it keeps behind the subject ("gestern sah der Mann sie").
  static bool is_ambiguous(const NounPhrase& phrase) {
    const Reference who = agreement(phrase);
    return who.person == Person::third && (who.plural || who.gender == Gender::feminine);
  }

  void add_pronouns(bool ambiguous) {
    if (accusative_ != nullptr && accusative_->is_pronoun() && is_ambiguous(*accusative_) == ambiguous) {
      add_phrase(Slot::object, *accusative_, Case::accusative);
    }
    const bool dative = dative_ != nullptr && dative_ != &clause_.subject && dative_->is_pronoun();
    if (dative && !ambiguous) add_phrase(Slot::object, *dative_, Case::dative);
  }

  void add_objects() {
    if (dative_ != nullptr && dative_ != &clause_.subject && !dative_->is_pronoun()) {
      add_phrase(Slot::dative, *dative_, Case::dative);
    }
    const bool kein = clause_.negated && accusative_ != nullptr && negates_as_kein(*accusative_);
    if (accusative_ != nullptr && !accusative_->is_pronoun()) {
      add_phrase(Slot::accusative, *accusative_, Case::accusative, kein);
    }
    if (clause_.negated && !kein) add(Slot::negation, {"nicht"}, false);
  }

  void add_predicate() {
    Words words;
    append(words, clause_.verb->fixed_german);
    if (clause_.age > 0) append(words, fmt::format("{} Jahre alt", german_number(clause_.age)));
    if (clause_.profession != nullptr) append(words, clause_.profession->german);
    if (clause_.predicate != nullptr && !clause_.than) append(words, clause_.predicate->german);
    if (clause_.predicate != nullptr && clause_.than) {
      append(words, fmt::format("{} als", clause_.predicate->german_comparative));
      append(words, realise(*clause_.than, Case::nominative));
    }
    if (!words.empty()) add(Slot::predicate, std::move(words), false);
  }

  const Clause& clause_;
  const NounPhrase* nominative_;
  const NounPhrase* accusative_;
  const NounPhrase* dative_;
  std::vector<Constituent> result_;
};

Words take_first(std::vector<Constituent>& field, const Clause& clause, Order order) {
  auto take = [&](auto matches) -> Words {
    const auto found = std::find_if(field.begin(), field.end(), matches);
    if (found == field.end()) return {};
    Words words = std::move(found->words);
    append(words, found->tail);
    field.erase(found);
    return words;
  };
  Words wh = take([](const Constituent& part) { return part.first; });
  if (!wh.empty() || order != Order::verb_second) return wh;
  Slot slot = clause.verb->frame == Frame::experiencer ? Slot::dative : Slot::subject;
  if (clause.front == Front::time) slot = Slot::time;
  if (clause.front == Front::place) slot = Slot::place;
  // A subject that moves to the front leaves its reflexive pronoun behind the verb.
  return take([slot](const Constituent& part) { return part.slot == slot; });
}

Words realise(const Clause& clause, Order order) {
  const bool with_subject = order != Order::infinitive && order != Order::command;
  MiddleField middle(clause);
  Brackets verb = brackets(clause, agreement(middle.nominative()));
  std::vector<Constituent> field = middle.constituents(with_subject);
  Words words = take_first(field, clause, order);
  if (order == Order::command) verb.finite = german_imperative(clause.verb->german);
  if (order != Order::verb_final && order != Order::infinitive) words.push_back(verb.finite);
  // The relative clause of the last constituent follows the verb: "hat einen Hund gesehen, der schläft".
  const Words tail = field.empty() ? Words{} : std::exchange(field.back().tail, {});
  for (const Constituent& part : field) {
    append(words, part.words);
    append(words, part.tail);
  }
  const bool simple = !clause.passive && (clause.tense == Tense::present || clause.tense == Tense::past);
  if (order == Order::infinitive) {
    append(words, zu_infinitive(clause.verb->german));
  } else if (order == Order::verb_final && simple) {
    words.push_back(fmt::format("{}{}", clause.verb->german.prefix, verb.finite));
  } else {
    append(words, verb.end);
    if (order == Order::verb_final) words.push_back(verb.finite);
  }
  append(words, tail);
  return words;
}

Words realise_second(const Sentence& sentence) {
  Words words;
  append(words, sentence.conjunction->german);
  if (sentence.circumstance != nullptr) append(words, sentence.circumstance->german);
  if (!sentence.second) return words;
  const Bond bond = sentence.conjunction->bond;
  append(words, realise(*sentence.second, bond == Bond::purpose      ? Order::infinitive
                                          : bond == Bond::coordinate ? Order::verb_second
                                                                     : Order::verb_final));
  return words;
}

// Whether a question word opens the question, so that the verb comes second.
bool is_wh_question(const Clause& clause) {
  auto wh = [](const std::optional<NounPhrase>& phrase) { return phrase && phrase->is_wh(); };
  return clause.question != nullptr || clause.subject.is_wh() || wh(clause.accusative) || wh(clause.dative) ||
         (clause.complement && clause.complement->object.is_wh());
}

}  // namespace

Words realise_verb_final(const Clause& clause) {
  return realise(clause, Order::verb_final);
}

std::string realise_german(const Sentence& sentence) {
  Words words;
  if (sentence.mood == Mood::command) {
    if (sentence.polite) words.emplace_back("bitte");
    append(words, realise(sentence.main, Order::command));
    return join_sentence(words, sentence.polite ? "." : "!");
  }
  const bool question = sentence.mood == Mood::question;
  const bool verb_first = (question && !is_wh_question(sentence.main)) || sentence.second_first;
  append(words, realise(sentence.main, verb_first ? Order::verb_first : Order::verb_second));
  if (sentence.conjunction != nullptr) {
    Words second = realise_second(sentence);
    if (sentence.second_first) std::swap(words, second);
    if (sentence.second_first || sentence.conjunction->german != "und") words.emplace_back(",");
    append(words, second);
  }
  return join_sentence(words, question ? "?" : ".");
}

}  // namespace dragoman::demo
