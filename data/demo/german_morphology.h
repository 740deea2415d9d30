#pragma once

#include "data/demo/lexicon.h"

#include <string>
#include <string_view>

/// German word forms from dictionary entries.
namespace dragoman::demo {

/// Adjective endings: strong without an article, weak after der-words, mixed after ein-words.
enum class Declension { strong, weak, mixed };

/// der, die, das …
std::string definite_article(Case grammatical_case, Gender gender, bool plural);
/// dieser, jeder, welcher: `stem` is "dies", "jed" or "welch".
std::string der_word(std::string_view stem, Case grammatical_case, Gender gender, bool plural);
/// ein, kein, mein, unser …: `stem` is the uninflected form.
std::string ein_word(std::string_view stem, Case grammatical_case, Gender gender, bool plural);
/// The attributive form.
std::string decline(const Adjective& adjective, Declension declension, Case grammatical_case, Gender gender,
                    bool plural);
std::string decline(const Noun& noun, Case grammatical_case, bool plural);

std::string german_pronoun(Person person, bool plural, Gender gender, Case grammatical_case);
std::string reflexive_pronoun(Person person, bool plural);
std::string relative_pronoun(Case grammatical_case, Gender gender, bool plural);
/// mein, dein, sein, ihr, unser: the stem for ein_word().
std::string_view possessive_stem(Person person, bool plural, Gender gender);

/// The finite form without the separable prefix. The second person plural is not used by the corpus and not made.
std::string conjugate(const GermanVerb& verb, bool past, Person person, bool plural);
/// Past participle with its separable prefix: gekauft, eingeladen, vorbereitet.
std::string german_participle(const GermanVerb& verb);
/// einladen
std::string infinitive(const GermanVerb& verb);
/// zu kaufen, einzuladen
std::string zu_infinitive(const GermanVerb& verb);
/// The familiar singular, without prefix: kaufe, geh, lies.
std::string german_imperative(const GermanVerb& verb);

/// A cardinal number from 2 to 99 in words.
std::string german_number(int value);

/// Preposition and definite article in one word where German joins them (in dem: im), otherwise with a space.
std::string join_preposition(std::string_view preposition, std::string_view article);

}  // namespace dragoman::demo
