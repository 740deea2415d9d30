#include "metrics/porter_stemmer.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>

namespace dragoman {
namespace {

bool is_vowel_letter(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

// Calls `visit(i, consonant)` for each letter. A y is a consonant unless it follows one.
template <class Visit>
void classify_letters(std::string_view word, Visit visit) {
  bool consonant = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    consonant = word[i] == 'y' ? !consonant : !is_vowel_letter(word[i]);
    visit(i, consonant);
  }
}

bool is_consonant(std::string_view word, std::size_t at) {
  bool result = false;
  classify_letters(word.substr(0, at + 1), [&](std::size_t, bool consonant) { result = consonant; });
  return result;
}

// Porter's m: how often a consonant follows a vowel.
int measure(std::string_view word) {
  int count = 0;
  bool after_vowel = false;
  classify_letters(word, [&](std::size_t, bool consonant) {
    count += consonant && after_vowel;
    after_vowel = !consonant;
  });
  return count;
}

bool contains_vowel(std::string_view word) {
  bool found = false;
  classify_letters(word, [&](std::size_t, bool consonant) { found = found || !consonant; });
  return found;
}

bool ends_with_double_consonant(std::string_view word) {
  return word.size() >= 2 && word[word.size() - 1] == word[word.size() - 2] && is_consonant(word, word.size() - 1);
}

// Consonant, vowel and a consonant other than w, x and y ("-hop"), or nothing but a vowel and a consonant.
bool ends_with_short_syllable(std::string_view word) {
  const std::size_t size = word.size();
  if (size == 2) return !is_consonant(word, 0) && is_consonant(word, 1);
  return size >= 3 && is_consonant(word, size - 3) && !is_consonant(word, size - 2) && is_consonant(word, size - 1) &&
         word.back() != 'w' && word.back() != 'x' && word.back() != 'y';
}

struct SuffixRule {
  std::string_view suffix;
  std::string_view replacement;
};

std::string_view without(std::string_view word, std::string_view suffix) {
  return word.substr(0, word.size() - suffix.size());
}

void replace_end(std::string& word, std::size_t letters, std::string_view replacement) {
  word.resize(word.size() - letters);
  word += replacement;
}

// Applies the first rule whose suffix fits, if what is left has a measure above `measure_above`; no other one is tried.
void apply_first(std::string& word, std::span<const SuffixRule> rules, int measure_above) {
  for (const SuffixRule& rule : rules) {
    if (!word.ends_with(rule.suffix)) continue;
    if (measure(without(word, rule.suffix)) > measure_above) replace_end(word, rule.suffix.size(), rule.replacement);
    return;
  }
}

void strip_plural(std::string& word) {
  if (word.ends_with("ies")) return replace_end(word, 3, word.size() == 4 ? "ie" : "i");
  if (word.ends_with("sses")) return replace_end(word, 4, "ss");
  if (word.ends_with("s") && !word.ends_with("ss")) word.pop_back();
}

void strip_past_and_gerund(std::string& word) {
  if (word.ends_with("ied")) return replace_end(word, 3, word.size() == 4 ? "ie" : "i");
  if (word.ends_with("eed")) {
    if (measure(without(word, "eed")) > 0) word.pop_back();
    return;
  }
  for (const std::string_view suffix : {"ed", "ing"}) {
    if (!word.ends_with(suffix) || !contains_vowel(without(word, suffix))) continue;
    word.resize(word.size() - suffix.size());
    if (word.ends_with("at") || word.ends_with("bl") || word.ends_with("iz")) {
      word += 'e';
    } else if (ends_with_double_consonant(word)) {
      if (word.back() != 'l' && word.back() != 's' && word.back() != 'z') word.pop_back();
    } else if (measure(word) == 1 && ends_with_short_syllable(word)) {
      word += 'e';
    }
    return;
  }
}

void soften_final_y(std::string& word) {
  if (word.ends_with("y") && word.size() > 2 && is_consonant(word, word.size() - 2)) word.back() = 'i';
}

void shorten_double_suffix(std::string& word) {
  static constexpr SuffixRule kRules[] = {
      {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"},   {"izer", "ize"},
      {"bli", "ble"},     {"entli", "ent"},   {"eli", "e"},     {"ousli", "ous"},   {"ization", "ize"},
      {"ation", "ate"},   {"ator", "ate"},    {"alism", "al"},  {"iveness", "ive"}, {"fulness", "ful"},
      {"ousness", "ous"}, {"aliti", "al"},    {"iviti", "ive"}, {"biliti", "ble"},  {"fulli", "ful"},
  };
  // "conditionalli" goes on as "conditional".
  if (word.ends_with("alli") && measure(without(word, "alli")) > 0) word.resize(word.size() - 2);
  if (word.ends_with("logi")) {
    // The l counts as part of the stem, so that "geo" and "theo" lose the i as "archaeo" does.
    if (measure(without(word, "ogi")) > 0) word.pop_back();
    return;
  }
  apply_first(word, kRules, 0);
}

void shorten_suffix(std::string& word) {
  static constexpr SuffixRule kRules[] = {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"},
                                          {"ical", "ic"},  {"ful", ""},   {"ness", ""}};
  apply_first(word, kRules, 0);
}

void strip_suffix(std::string& word) {
  static constexpr SuffixRule kRules[] = {{"al", ""},   {"ance", ""}, {"ence", ""}, {"er", ""},    {"ic", ""},
                                          {"able", ""}, {"ible", ""}, {"ant", ""},  {"ement", ""}, {"ment", ""},
                                          {"ent", ""},  {"ou", ""},   {"ism", ""},  {"ate", ""},   {"iti", ""},
                                          {"ous", ""},  {"ive", ""},  {"ize", ""}};
  if (!word.ends_with("ion")) return apply_first(word, kRules, 1);
  const std::string_view stem = without(word, "ion");
  if (measure(stem) > 1 && (stem.back() == 's' || stem.back() == 't')) word.resize(stem.size());
}

void strip_final_e(std::string& word) {
  if (!word.ends_with("e")) return;
  const std::string_view stem = without(word, "e");
  const int m = measure(stem);
  if (m > 1 || (m == 1 && !ends_with_short_syllable(stem))) word.pop_back();
}

void strip_final_l(std::string& word) {
  if (word.ends_with("ll") && measure(without(word, "l")) > 1) word.pop_back();
}

constexpr std::pair<std::string_view, std::string_view> kIrregular[] = {
    {"sky", "sky"},        {"skies", "sky"},       {"dying", "die"},        {"lying", "lie"},
    {"tying", "tie"},      {"news", "news"},       {"innings", "inning"},   {"inning", "inning"},
    {"outings", "outing"}, {"outing", "outing"},   {"cannings", "canning"}, {"canning", "canning"},
    {"howe", "howe"},      {"proceed", "proceed"}, {"exceed", "exceed"},    {"succeed", "succeed"}};

}  // namespace

std::string porter_stem(std::string_view word) {
  const auto* irregular = std::ranges::find(kIrregular, word, &std::pair<std::string_view, std::string_view>::first);
  if (irregular != std::end(kIrregular)) return std::string(irregular->second);
  std::string stem(word);
  if (stem.size() <= 2) return stem;
  strip_plural(stem);
  strip_past_and_gerund(stem);
  soften_final_y(stem);
  shorten_double_suffix(stem);
  shorten_suffix(stem);
  strip_suffix(stem);
  strip_final_e(stem);
  strip_final_l(stem);
  return stem;
}

}  // namespace dragoman
