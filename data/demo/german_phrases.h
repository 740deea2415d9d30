#pragma once

#include "data/demo/syntax.h"

/// German noun and prepositional phrases, the parts that clauses are put together from.
namespace dragoman::demo {

/// Negation of an indefinite object is kein, not nicht.
bool negates_as_kein(const NounPhrase& phrase);

/// `negated`: kein takes the place of the determiner.
Words realise(const NounPhrase& phrase, Case grammatical_case, bool negated = false);
Words realise(const PrepositionalPhrase& phrase);

/// The relative clause at the end of `phrase`, between commas; empty if there is none.
Words relative_clause(const NounPhrase& phrase);

/// A subordinate clause, without its conjunction; noun phrases contain relative ones.
Words realise_verb_final(const Clause& clause);

}  // namespace dragoman::demo
