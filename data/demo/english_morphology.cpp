#include "data/demo/english_morphology.h"

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman::demo {
namespace {

bool is_vowel(char letter) {
  return std::string_view("aeiou").find(letter) != std::string_view::npos;
}

// fly: flies, but play: plays.
bool ends_in_consonant_y(std::string_view word) {
  return word.size() > 1 && word.ends_with('y') && !is_vowel(word[word.size() - 2]);
}

// The -s of plurals and of the third person.
std::string add_s(std::string_view word) {
  if (ends_in_consonant_y(word)) return fmt::format("{}ies", word.substr(0, word.size() - 1));
  for (const std::string_view ending : {"s", "sh", "ch", "x", "z"}) {
    if (word.ends_with(ending)) return fmt::format("{}es", word);
  }
  return fmt::format("{}s", word);
}

std::string add_ed(std::string_view word) {
  if (word.ends_with('e')) return fmt::format("{}d", word);
  if (ends_in_consonant_y(word)) return fmt::format("{}ied", word.substr(0, word.size() - 1));
  return fmt::format("{}ed", word);
}

}  // namespace

std::string english_plural(const Noun& noun) {
  if (!noun.english_plural.empty()) return std::string(noun.english_plural);
  if (noun.english == "potato" || noun.english == "tomato") return fmt::format("{}es", noun.english);
  return add_s(noun.english);
}

std::string conjugate(const EnglishVerb& verb, bool past, Person person, bool plural) {
  const bool third_singular = person == Person::third && !plural;
  if (verb.base == "be") {
    const bool first_singular = person == Person::first && !plural;
    if (past) return third_singular || first_singular ? "was" : "were";
    return third_singular ? "is" : first_singular ? "am" : "are";
  }
  if (past) return verb.past.empty() ? add_ed(verb.base) : std::string(verb.past);
  if (!third_singular) return std::string(verb.base);
  if (verb.base == "have") return "has";
  if (verb.base == "do" || verb.base == "go") return fmt::format("{}es", verb.base);
  return add_s(verb.base);
}

std::string english_participle(const EnglishVerb& verb) {
  return verb.participle.empty() ? add_ed(verb.base) : std::string(verb.participle);
}

std::string_view english_pronoun(Person person, bool plural, Gender gender, bool thing, EnglishCase form) {
  // I, you, he, she, it, we, they
  static constexpr std::string_view kForms[7][3] = {
      {"I", "me", "my"},   {"you", "you", "your"}, {"he", "him", "his"},     {"she", "her", "her"},
      {"it", "it", "its"}, {"we", "us", "our"},    {"they", "them", "their"}};
  int row = 0;
  if (person == Person::first) {
    row = plural ? 5 : 0;
  } else if (person == Person::second) {
    row = 1;
  } else if (plural) {
    row = 6;
  } else {
    row = thing ? 4 : 2 + static_cast<int>(gender);
  }
  return kForms[row][static_cast<int>(form)];
}

std::string_view indefinite_article(std::string_view next_word) {
  // No word of the lexicon begins with a silent h or with the "you" sound.
  return !next_word.empty() && is_vowel(next_word.front()) ? "an" : "a";
}

std::string english_number(int value) {
  static constexpr std::string_view kSmall[] = {
      "",    "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
      "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static constexpr std::string_view kTens[] = {"",      "",      "twenty",  "thirty", "forty",
                                               "fifty", "sixty", "seventy", "eighty", "ninety"};
  if (value < 2 || value > 99) throw std::invalid_argument(fmt::format("{} is not a number from 2 to 99", value));
  if (value < 20) return std::string(kSmall[value]);
  const std::string_view tens = kTens[value / 10];
  return value % 10 == 0 ? std::string(tens) : fmt::format("{}-{}", tens, kSmall[value % 10]);
}

}  // namespace dragoman::demo
