#pragma once

#include "data/demo/syntax.h"

/// What training never shows, so that validation and test ask for more than memory.
namespace dragoman::demo {

enum HeldOut : unsigned {
  /// A separable verb in a subordinate or purpose clause after a main clause with a fronted time or place.
  kSeparableAfterFront = 1,
  /// A negated relative clause.
  kNegatedRelative = 2,
  /// A subordinate clause first, then a separable verb as infinitive or participle.
  kSeparableAfterSubordinate = 4,
  /// A question in the passive.
  kPassiveQuestion = 8,
  /// A genitive inside a prepositional phrase ("in the baker's garden").
  kGenitiveInPhrase = 16,
  /// An adjective with a noun that it never describes in training.
  kAdjectiveNoun = 32,
  /// A verb with the noun of an object that it never has in training.
  kVerbObject = 64,
};
constexpr unsigned kHeldOutStructures =
    kSeparableAfterFront | kNegatedRelative | kSeparableAfterSubordinate | kPassiveQuestion | kGenitiveInPhrase;

/// The HeldOut bits that `sentence` shows; 0: fit for training.
unsigned held_out_in(const Sentence& sentence);

/// Whether the two words are kept apart in training; a tenth of all pairs is.
bool is_held_out_pair(const Adjective& adjective, const Noun& noun);
bool is_held_out_pair(const Verb& verb, const Noun& object);

}  // namespace dragoman::demo
