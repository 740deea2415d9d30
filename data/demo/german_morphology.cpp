#include "data/demo/german_morphology.h"

#include <array>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman::demo {
namespace {

// Column of the tables below: masculine, feminine, neuter, plural.
int column(Gender gender, bool plural) {
  return plural ? 3 : static_cast<int>(gender);
}
int row(Case grammatical_case) {
  return static_cast<int>(grammatical_case);
}

using Endings = std::array<std::array<std::string_view, 4>, 4>;  // [case][column]

constexpr Endings kDerWord = {
    {{"er", "e", "es", "e"}, {"en", "e", "es", "e"}, {"em", "er", "em", "en"}, {"es", "er", "es", "er"}}};
constexpr Endings kEinWord = {
    {{"", "e", "", "e"}, {"en", "e", "", "e"}, {"em", "er", "em", "en"}, {"es", "er", "es", "er"}}};
constexpr Endings kStrong = {
    {{"er", "e", "es", "e"}, {"en", "e", "es", "e"}, {"em", "er", "em", "en"}, {"en", "er", "en", "er"}}};
constexpr Endings kWeak = {
    {{"e", "e", "e", "en"}, {"en", "e", "e", "en"}, {"en", "en", "en", "en"}, {"en", "en", "en", "en"}}};
constexpr Endings kMixed = {
    {{"er", "e", "es", "en"}, {"en", "e", "es", "en"}, {"en", "en", "en", "en"}, {"en", "en", "en", "en"}}};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings) {
    if (text.ends_with(ending)) return true;
  }
  return false;
}

std::string stem_of(const GermanVerb& verb) {
  std::string_view infinitive = verb.infinitive;
  infinitive.remove_suffix(infinitive.ends_with("en") ? 2 : 1);
  return std::string(infinitive);
}

// arbeit-e-t, öffn-e-t: without the vowel the ending could not be heard.
bool needs_e(std::string_view stem) {
  return ends_with_any(stem, {"d", "t", "ffn", "chn"});
}

std::string second_singular(const GermanVerb& verb, const std::string& stem) {
  if (verb.third.empty()) {
    if (needs_e(stem)) return stem + "est";
    return stem + (ends_with_any(stem, {"s", "ß", "z"}) ? "t" : "st");
  }
  std::string vowel_changed(verb.third);
  vowel_changed.pop_back();
  return vowel_changed + (ends_with_any(vowel_changed, {"s", "ß"}) ? "t" : "st");
}

std::string present(const GermanVerb& verb, Person person, bool plural) {
  const std::string stem = stem_of(verb);
  if (plural) return std::string(verb.infinitive);
  switch (person) {
    case Person::first:
      return stem + "e";
    case Person::second:
      return second_singular(verb, stem);
    case Person::third:
      break;
  }
  if (!verb.third.empty()) return std::string(verb.third);
  return stem + (needs_e(stem) ? "et" : "t");
}

std::string preterite(const GermanVerb& verb, Person person, bool plural) {
  std::string form(verb.past);
  if (form.empty()) {
    const std::string stem = stem_of(verb);
    form = stem + (needs_e(stem) ? "ete" : "te");
  }
  if (plural) return form + (form.ends_with('e') ? "n" : "en");
  if (person != Person::second) return form;
  return form + (ends_with_any(form, {"d", "t", "s", "ß"}) ? "est" : "st");
}

// The verbs whose present tense follows no rule: first, second, third person singular, plural.
const std::array<std::string_view, 4>* irregular_present(std::string_view infinitive) {
  static constexpr std::pair<std::string_view, std::array<std::string_view, 4>> kForms[] = {
      {"sein", {"bin", "bist", "ist", "sind"}},
      {"werden", {"werde", "wirst", "wird", "werden"}},
      {"wissen", {"weiß", "weißt", "weiß", "wissen"}},
  };
  for (const auto& [verb, forms] : kForms) {
    if (verb == infinitive) return &forms;
  }
  return nullptr;
}

bool has_unstressed_prefix(std::string_view infinitive) {
  for (const std::string_view prefix : {"be", "ver", "er", "emp", "ent", "zer", "ge"}) {
    if (infinitive.starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace

std::string definite_article(Case grammatical_case, Gender gender, bool plural) {
  static constexpr Endings kArticle = {{{"der", "die", "das", "die"},
                                        {"den", "die", "das", "die"},
                                        {"dem", "der", "dem", "den"},
                                        {"des", "der", "des", "der"}}};
  return std::string(kArticle[row(grammatical_case)][column(gender, plural)]);
}

std::string der_word(std::string_view stem, Case grammatical_case, Gender gender, bool plural) {
  return fmt::format("{}{}", stem, kDerWord[row(grammatical_case)][column(gender, plural)]);
}

std::string ein_word(std::string_view stem, Case grammatical_case, Gender gender, bool plural) {
  return fmt::format("{}{}", stem, kEinWord[row(grammatical_case)][column(gender, plural)]);
}

std::string decline(const Adjective& adjective, Declension declension, Case grammatical_case, Gender gender,
                    bool plural) {
  const Endings& endings = declension == Declension::strong ? kStrong : declension == Declension::weak ? kWeak : kMixed;
  std::string_view stem = adjective.stem.empty() ? adjective.german : adjective.stem;
  if (stem.ends_with('e')) stem.remove_suffix(1);  // müde: müder
  return fmt::format("{}{}", stem, endings[row(grammatical_case)][column(gender, plural)]);
}

std::string decline(const Noun& noun, Case grammatical_case, bool plural) {
  if (plural) {
    const bool takes_n = grammatical_case == Case::dative && !ends_with_any(noun.german_plural, {"n", "s"});
    return fmt::format("{}{}", noun.german_plural, takes_n ? "n" : "");
  }
  if (grammatical_case == Case::nominative) return std::string(noun.german);
  if (grammatical_case == Case::genitive) return std::string(noun.german_genitive);
  const bool weak = noun.gender == Gender::masculine && !noun.german_genitive.ends_with('s');
  return std::string(weak ? noun.german_genitive : noun.german);
}

std::string german_pronoun(Person person, bool plural, Gender gender, Case grammatical_case) {
  // [case][ich, du, er, sie, es, wir, sie (plural)]
  static constexpr std::string_view kPronouns[3][7] = {{"ich", "du", "er", "sie", "es", "wir", "sie"},
                                                       {"mich", "dich", "ihn", "sie", "es", "uns", "sie"},
                                                       {"mir", "dir", "ihm", "ihr", "ihm", "uns", "ihnen"}};
  if (grammatical_case == Case::genitive || (plural && person == Person::second)) {
    throw std::invalid_argument("no such pronoun in the corpus");
  }
  int form = 0;
  if (person == Person::first) {
    form = plural ? 5 : 0;
  } else if (person == Person::second) {
    form = 1;
  } else {
    form = plural ? 6 : 2 + static_cast<int>(gender);
  }
  return std::string(kPronouns[row(grammatical_case)][form]);
}

std::string reflexive_pronoun(Person person, bool plural) {
  if (person == Person::third) return "sich";
  return german_pronoun(person, plural, Gender::masculine, Case::accusative);
}

std::string relative_pronoun(Case grammatical_case, Gender gender, bool plural) {
  if (plural && grammatical_case == Case::dative) return "denen";
  return definite_article(grammatical_case, gender, plural);
}

std::string_view possessive_stem(Person person, bool plural, Gender gender) {
  if (person == Person::first) return plural ? "unser" : "mein";
  if (person == Person::second) return "dein";
  return plural || gender == Gender::feminine ? "ihr" : "sein";
}

std::string conjugate(const GermanVerb& verb, bool past, Person person, bool plural) {
  if (past) return preterite(verb, person, plural);
  if (const auto* forms = irregular_present(verb.infinitive)) {
    return std::string((*forms)[plural ? 3 : static_cast<int>(person)]);
  }
  return present(verb, person, plural);
}

std::string german_participle(const GermanVerb& verb) {
  std::string form(verb.participle);
  if (form.empty()) {
    const std::string stem = stem_of(verb);
    const bool without_ge = has_unstressed_prefix(verb.infinitive) || verb.infinitive.ends_with("ieren");
    form = fmt::format("{}{}{}", without_ge ? "" : "ge", stem, needs_e(stem) ? "et" : "t");
  }
  return fmt::format("{}{}", verb.prefix, form);
}

std::string infinitive(const GermanVerb& verb) {
  return fmt::format("{}{}", verb.prefix, verb.infinitive);
}

std::string zu_infinitive(const GermanVerb& verb) {
  return verb.prefix.empty() ? fmt::format("zu {}", verb.infinitive)
                             : fmt::format("{}zu{}", verb.prefix, verb.infinitive);
}

std::string german_imperative(const GermanVerb& verb) {
  const std::string stem = stem_of(verb);
  // e → i(e) stays in the imperative (lies), a → ä does not (schlaf).
  if (!verb.third.empty() && verb.third.find("i") != std::string_view::npos &&
      verb.infinitive.find("e") < stem.size()) {
    return std::string(verb.third.substr(0, verb.third.size() - 1));
  }
  // Strong verbs do without the -e that weak ones keep in writing: geh, but kaufe.
  const bool strong = !verb.past.empty() && !needs_e(stem);
  return strong ? stem : stem + "e";
}

std::string german_number(int value) {
  static constexpr std::string_view kSmall[] = {
      "",     "ein", "zwei",  "drei",     "vier",     "fünf",     "sechs",    "sieben",   "acht",     "neun",
      "zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"};
  static constexpr std::string_view kTens[] = {"",        "",        "zwanzig", "dreißig", "vierzig",
                                               "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"};
  if (value < 2 || value > 99) throw std::invalid_argument(fmt::format("{} is not a number from 2 to 99", value));
  if (value < 20) return std::string(kSmall[value]);
  const std::string_view tens = kTens[value / 10];
  return value % 10 == 0 ? std::string(tens) : fmt::format("{}und{}", kSmall[value % 10], tens);
}

std::string join_preposition(std::string_view preposition, std::string_view article) {
  static constexpr std::string_view kJoined[][3] = {{"in", "dem", "im"},   {"in", "das", "ins"},  {"an", "dem", "am"},
                                                    {"an", "das", "ans"},  {"zu", "dem", "zum"},  {"zu", "der", "zur"},
                                                    {"von", "dem", "vom"}, {"bei", "dem", "beim"}};
  for (const auto& [first, second, joined] : kJoined) {
    if (first == preposition && second == article) return std::string(joined);
  }
  return fmt::format("{} {}", preposition, article);
}

}  // namespace dragoman::demo
