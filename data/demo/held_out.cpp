#include "data/demo/held_out.h"

#include <cstdint>
#include <initializer_list>

namespace dragoman::demo {
namespace {

// FNV-1a (Fowler, Noll, Vo), 64 bits: the same on every platform, unlike std::hash.
std::uint64_t hash(std::initializer_list<std::string_view> words) {
  std::uint64_t value = 0xCBF29CE484222325;
  for (const std::string_view word : words) {
    for (const char byte : word) value = (value ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    value = (value ^ ' ') * 0x100000001B3;
  }
  return value ^ value >> 32;
}

unsigned held_out_in(const Clause& clause);

unsigned held_out_in(const NounPhrase& phrase) {
  unsigned found = 0;
  for (const Adjective* adjective : phrase.adjectives) {
    if (is_held_out_pair(*adjective, *phrase.noun)) found |= kAdjectiveNoun;
  }
  if (phrase.owner) found |= held_out_in(*phrase.owner);
  if (phrase.relative) found |= held_out_in(*phrase.relative) | (phrase.relative->negated ? kNegatedRelative : 0u);
  return found;
}

unsigned held_out_in(const PrepositionalPhrase& phrase) {
  return held_out_in(phrase.object) | (phrase.object.owner ? kGenitiveInPhrase : 0u);
}

unsigned held_out_in(const Clause& clause) {
  unsigned found = held_out_in(clause.subject);
  auto object = [&](const NounPhrase& phrase) {
    found |= held_out_in(phrase);
    if (phrase.noun != nullptr && is_held_out_pair(*clause.verb, *phrase.noun)) found |= kVerbObject;
  };
  if (clause.accusative) object(*clause.accusative);
  if (clause.dative) object(*clause.dative);
  if (clause.passive && clause.subject.noun != nullptr) object(clause.subject);
  if (clause.complement) found |= held_out_in(*clause.complement);
  if (clause.complement && !clause.passive) object(clause.complement->object);
  if (clause.place) found |= held_out_in(*clause.place);
  if (clause.than) found |= held_out_in(*clause.than);
  return found;
}

}  // namespace

bool is_held_out_pair(const Adjective& adjective, const Noun& noun) {
  return hash({adjective.english, noun.english}) % 10 == 0;
}

bool is_held_out_pair(const Verb& verb, const Noun& object) {
  return hash({verb.english.base, verb.english.particle, verb.preposition.english, object.english}) % 10 == 0;
}

unsigned held_out_in(const Sentence& sentence) {
  const Clause& main = sentence.main;
  unsigned found = held_out_in(main);
  if (sentence.second) found |= held_out_in(*sentence.second);
  const bool subordinate = sentence.conjunction != nullptr && sentence.conjunction->bond != Bond::coordinate;
  auto separable = [](const Clause& clause) { return !clause.verb->german.prefix.empty(); };
  if (subordinate && sentence.second && main.front != Front::subject && separable(*sentence.second)) {
    found |= kSeparableAfterFront;
  }
  const bool bracket = main.tense != Tense::present && main.tense != Tense::past;
  if (sentence.second_first && separable(main) && bracket) found |= kSeparableAfterSubordinate;
  if (sentence.mood == Mood::question && main.passive) found |= kPassiveQuestion;
  return found;
}

}  // namespace dragoman::demo
