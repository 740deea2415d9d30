#include "data/demo/english_morphology.h"
#include "data/demo/syntax.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace dragoman::demo {
namespace {

enum class Order { declarative, inverted, infinitive, command };

Words realise(const Clause& clause, Order order);

std::string relative_word(const NounPhrase& phrase, bool subject, bool after_preposition) {
  if (phrase.noun->is(kPerson)) return subject ? "who" : "whom";
  return after_preposition ? "which" : "that";
}

void append_determiner(Words& words, const NounPhrase& phrase) {
  switch (phrase.determiner) {
    case Determiner::none:
      break;
    case Determiner::definite:
      words.emplace_back("the");
      break;
    case Determiner::indefinite:
      words.emplace_back(
          indefinite_article(phrase.adjectives.empty() ? phrase.noun->english : phrase.adjectives[0]->english));
      break;
    case Determiner::demonstrative:
      words.emplace_back(phrase.plural ? "these" : "this");
      break;
    case Determiner::possessive: {
      const Reference& who = phrase.possessor;
      words.emplace_back(english_pronoun(who.person, who.plural, who.gender, who.thing, EnglishCase::possessive));
      break;
    }
    case Determiner::every:
      words.emplace_back("every");
      break;
    case Determiner::which:
      words.emplace_back("which");
      break;
    case Determiner::how_many:
      append(words, "how many");
      break;
  }
}

Words realise(const NounPhrase& phrase, bool subject, bool after_preposition = false) {
  Words words;
  if (phrase.form == Form::pronoun) {
    const Reference& who = phrase.reference;
    words.emplace_back(english_pronoun(who.person, who.plural, who.gender, who.thing,
                                       subject ? EnglishCase::subject : EnglishCase::object));
    return words;
  }
  if (phrase.form == Form::relative) return {relative_word(phrase, subject, after_preposition)};
  if (phrase.form == Form::interrogative) return {phrase.reference.thing ? "what" : subject ? "who" : "whom"};
  if (phrase.owner) {
    words = realise(*phrase.owner, true);
    words.back() += phrase.owner->plural && words.back().ends_with('s') ? "'" : "'s";
  } else {
    append_determiner(words, phrase);
  }
  if (phrase.count > 0) words.push_back(english_number(phrase.count));
  for (const Adjective* adjective : phrase.adjectives) words.emplace_back(adjective->english);
  words.push_back(phrase.plural ? english_plural(*phrase.noun) : std::string(phrase.noun->english));
  if (phrase.relative) append(words, realise(*phrase.relative, Order::declarative));
  return words;
}

Words realise(const PrepositionalPhrase& phrase) {
  Words words;
  append(words, phrase.preposition.english);
  append(words, realise(phrase.object, false, true));
  return words;
}

/// The verb without its objects: a finite form and what follows it.
struct VerbGroup {
  std::string finite;
  Words rest;
  bool simple = false;  // a full verb alone: adverbs of frequency stand before it
};

VerbGroup verb_group(const Clause& clause, Order order) {
  const EnglishVerb& verb = clause.verb->english;
  const EnglishVerb be{"be", "was", "been", ""}, have{"have", "had", "had", ""}, do_{"do", "did", "done", ""};
  const Reference who = agreement(clause.subject);
  auto finite = [&](const EnglishVerb& which, bool past) { return conjugate(which, past, who.person, who.plural); };
  const Words base = clause.passive ? Words{"be", english_participle(verb)} : Words{std::string(verb.base)};
  const bool do_support = clause.negated || order == Order::inverted;
  switch (clause.tense) {
    case Tense::perfect:
      if (clause.passive) return {finite(have, false), {"been", english_participle(verb)}};
      return {finite(have, false), {english_participle(verb)}};
    case Tense::future:
      return {"will", base};
    case Tense::modal: {
      Words rest;
      append(rest, clause.modal->tail);
      append(rest, base);
      if (!clause.modal->auxiliary.empty()) return {std::string(clause.modal->auxiliary), rest};
      const EnglishVerb semi{clause.modal->verb, clause.modal->verb == "have" ? "had" : "wanted", "", ""};
      if (!do_support) return {finite(semi, clause.modal->past), rest};
      rest.insert(rest.begin(), std::string(semi.base));
      return {finite(do_, clause.modal->past), rest};
    }
    case Tense::present:
    case Tense::past:
      break;
  }
  const bool past = clause.tense == Tense::past;
  if (clause.passive) return {finite(be, past), {english_participle(verb)}};
  if (verb.base == "be") return {finite(verb, past), {}};
  if (do_support) return {finite(do_, past), base};
  return {finite(verb, past), {}, true};
}

// Particles that are prepositions in English grammar: they never move behind a pronoun.
bool is_prepositional(std::string_view particle) {
  return particle == "for" || particle == "at" || particle == "to";
}

void append_objects(Words& words, const Clause& clause) {
  auto in_place = [](const std::optional<NounPhrase>& phrase) { return phrase && !phrase->is_wh(); };
  const std::string_view particle = clause.verb->english.particle;
  if (clause.verb->frame == Frame::ditransitive && !clause.verb->preposition.english.empty()) {
    append(words, particle);
    if (in_place(clause.accusative)) append(words, realise(*clause.accusative, false));
    if (in_place(clause.dative)) append(words, fmt::format("{}", clause.verb->preposition.english));
    if (in_place(clause.dative)) append(words, realise(*clause.dative, false));
    return;
  }
  const bool pronoun_first = clause.accusative && clause.accusative->is_pronoun() && !is_prepositional(particle);
  if (!pronoun_first) append(words, particle);
  if (in_place(clause.dative)) append(words, realise(*clause.dative, false));
  if (in_place(clause.accusative)) append(words, realise(*clause.accusative, false));
  if (pronoun_first) append(words, particle);
}

void append_predicate(Words& words, const Clause& clause) {
  append(words, clause.verb->fixed_english);
  if (clause.age > 0) append(words, fmt::format("{} years old", english_number(clause.age)));
  if (clause.profession != nullptr) {
    append(words, fmt::format("{} {}", indefinite_article(clause.profession->english), clause.profession->english));
  }
  if (clause.predicate == nullptr) return;
  if (!clause.than) {
    append(words, clause.predicate->english);
    return;
  }
  append(words, fmt::format("{} than", clause.predicate->english_comparative));
  append(words, realise(*clause.than, false));
}

// The constituent that a relative pronoun or a question word moves to the front; empty if the subject or nothing does.
Words moved_words(const Clause& clause) {
  if (clause.question != nullptr) return {std::string(clause.question->english)};
  for (const std::optional<NounPhrase>& phrase : {clause.accusative, clause.dative}) {
    if (phrase && phrase->is_wh()) return realise(*phrase, false);
  }
  if (clause.complement && clause.complement->object.is_wh()) return realise(*clause.complement);
  return {};
}

void append_adverb(Words& words, const Adverb* adverb) {
  if (adverb != nullptr) append(words, adverb->english);
}

void append_fronted(Words& words, const Clause& clause) {
  append(words, moved_words(clause));
  Words fronted;
  if (clause.front == Front::time) append_adverb(fronted, clause.time);
  if (clause.front == Front::place) append(fronted, realise(*clause.place));
  append(words, fronted);
  if (fronted.size() > 1) words.emplace_back(",");
}

void append_verb(Words& words, const Clause& clause, Order order) {
  if (order == Order::infinitive || order == Order::command) {
    if (clause.negated) append(words, "do not");
    if (order == Order::infinitive) words.emplace_back("to");
    words.emplace_back(clause.verb->english.base);
    return;
  }
  VerbGroup group = verb_group(clause, order);
  const Words subject = realise(clause.subject, true);
  if (order == Order::declarative) append(words, subject);
  if (group.simple) append_adverb(words, clause.frequency);
  const bool cannot = clause.negated && group.finite == "can" && order == Order::declarative;
  words.push_back(cannot ? "cannot" : group.finite);
  if (order == Order::inverted) append(words, subject);
  if (clause.negated && !cannot) words.emplace_back("not");
  if (!group.simple) append_adverb(words, clause.frequency);
  append(words, group.rest);
}

Words realise(const Clause& clause, Order order) {
  Words words;
  append_fronted(words, clause);
  append_verb(words, clause, order);
  append_objects(words, clause);
  if (clause.complement && !clause.complement->object.is_wh()) append(words, realise(*clause.complement));
  append_predicate(words, clause);
  append_adverb(words, clause.manner);
  if (clause.place && clause.front != Front::place) append(words, realise(*clause.place));
  if (clause.front != Front::time) append_adverb(words, clause.time);
  return words;
}

}  // namespace

std::string realise_english(const Sentence& sentence) {
  Words words;
  if (sentence.mood == Mood::command) {
    if (sentence.polite) words.emplace_back("please");
    append(words, realise(sentence.main, Order::command));
    return join_sentence(words, sentence.polite ? "." : "!");
  }
  const bool question = sentence.mood == Mood::question;
  append(words,
         realise(sentence.main, question && !sentence.main.subject.is_wh() ? Order::inverted : Order::declarative));
  if (sentence.conjunction != nullptr) {
    Words second;
    const bool purpose = sentence.conjunction->bond == Bond::purpose;
    if (!purpose) append(second, sentence.conjunction->english);
    if (sentence.circumstance != nullptr) append(second, sentence.circumstance->english);
    if (sentence.second) append(second, realise(*sentence.second, purpose ? Order::infinitive : Order::declarative));
    if (sentence.second_first) {
      second.emplace_back(",");
      std::swap(words, second);
    } else if (sentence.conjunction->english == "but") {
      words.emplace_back(",");
    }
    append(words, second);
  }
  return join_sentence(words, question ? "?" : ".");
}

}  // namespace dragoman::demo
