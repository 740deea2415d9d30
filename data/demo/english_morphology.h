#pragma once

#include "data/demo/lexicon.h"

#include <string>
#include <string_view>

/// English word forms from dictionary entries.
namespace dragoman::demo {

std::string english_plural(const Noun& noun);
/// The finite form of the full verb; `be` agrees in person as well.
std::string conjugate(const EnglishVerb& verb, bool past, Person person, bool plural);
std::string english_participle(const EnglishVerb& verb);

enum class EnglishCase { subject, object, possessive };
/// I, me, my …; `thing` makes the third person singular neuter whatever the gender.
std::string_view english_pronoun(Person person, bool plural, Gender gender, bool thing, EnglishCase form);

/// "a" or "an", by the sound of the word that follows.
std::string_view indefinite_article(std::string_view next_word);

/// A cardinal number from 2 to 99 in words.
std::string english_number(int value);

}  // namespace dragoman::demo
