#include "data/corpus/pair_rules.h"

#include "base/check_range.h"
#include "base/utf8.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

// Short lines differ by more than long ones: "Yes." is "Ja, das ist richtig."
constexpr std::uint32_t kFreeWords = 5;
// With fewer letters a language cannot be told, and below such a confidence it is often another one.
constexpr std::uint32_t kLettersOfLanguage = 20;
constexpr double kConfidence = 80;

// What text from the web is in where it is not in its own language. (To ask for all languages would take a hundred
// times as long as all other rules together.)
constexpr std::array kUsualLanguages = {"en", "es", "fr", "de", "ru", "pt", "it", "pl", "ja", "zh"};

std::vector<std::string> languages_told_apart(const PairRuleOptions& options) {
  std::vector<std::string> languages(kUsualLanguages.begin(), kUsualLanguages.end());
  // Those of the corpus first: of codes of one language the first is the answer.
  for (const std::string& own : {options.target_lang, options.source_lang}) {
    if (!own.empty()) languages.insert(languages.begin(), own);
  }
  return languages;
}

// Of sorted numbers, how many of one are in the other, too.
std::size_t common_numbers(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  std::vector<std::string> both;
  std::ranges::set_intersection(one, other, std::back_inserter(both));
  return both.size();
}

bool numbers_disagree(const LineFacts& source, const LineFacts& target, double least) {
  const std::size_t all = source.numbers.size() + target.numbers.size();
  return all > 0 &&
         2.0 * static_cast<double>(common_numbers(source.numbers, target.numbers)) < least * static_cast<double>(all);
}

bool lacks_letters(const LineFacts& facts, double least) {
  return facts.letters < least * (facts.characters - facts.digits);
}

void check_known(const char* flag, const std::string& language, const std::vector<ScriptCode>& scripts) {
  if (!language.empty() && scripts.empty())
    throw std::invalid_argument(fmt::format("--{}: '{}' is no language whose script is known", flag, language));
}

}  // namespace

void PairRuleOptions::validate() const {
  check_range("--max-words", max_words, 0, 1'000'000);
  check_range("--max-word-length", max_word_length, 0, 1'000'000);
  check_range("--max-length-ratio", max_length_ratio, 0, 1000);
  if (max_length_ratio > 0 && max_length_ratio < 1)
    throw std::invalid_argument("--max-length-ratio is below 1, which no pair can satisfy; 0: there is none");
  check_range("--min-letters", min_letters, 0, 1);
  check_range("--min-script", min_script, 0, 1);
  check_range("--min-numbers", min_numbers, 0, 1);
  if (check_languages && source_lang.empty() && target_lang.empty())
    throw std::invalid_argument("--check-languages needs to know them; give --source-lang, --target-lang or both");
}

PairRules::PairRules(const PairRuleOptions& options)
    : options_(options),
      source_scripts_(scripts_of_language(options.source_lang)),
      target_scripts_(scripts_of_language(options.target_lang)) {
  options.validate();
  check_known("source-lang", options.source_lang, source_scripts_);
  check_known("target-lang", options.target_lang, target_scripts_);
  if (options.check_languages) detector_ = std::make_unique<const LanguageDetector>(languages_told_apart(options));
}

bool PairRules::has_bad_ratio(std::uint32_t one, std::uint32_t other) const {
  const auto [less, more] = std::minmax(one, other);
  return options_.max_length_ratio > 0 && more > less + kFreeWords && more > options_.max_length_ratio * less;
}

bool PairRules::is_of_other_script(const LineFacts& facts, const std::vector<ScriptCode>& scripts) const {
  return !scripts.empty() && letters_in(facts, scripts) < options_.min_script * facts.letters;
}

bool PairRules::is_in_other_language(std::string_view text, const LineFacts& facts, const std::string& language) const {
  if (!detector_ || language.empty() || facts.letters < kLettersOfLanguage) return false;
  const std::vector<DetectedLanguage> found = detector_->detect(text);
  return !found.empty() && found.front().confidence >= kConfidence &&
         language_alone(found.front().language) != language_alone(language);
}

std::optional<PairRule> PairRules::broken_by(std::string_view source, std::string_view target,
                                             const LineFacts& source_facts, const LineFacts& target_facts) const {
  if (find_invalid_utf8(source) || find_invalid_utf8(target)) return PairRule::utf8;
  if (source_facts.characters == 0 || target_facts.characters == 0) return PairRule::empty;
  const auto exceeds = [](std::uint32_t one, std::uint32_t other, int most) {
    return most > 0 && std::max(one, other) > static_cast<std::uint32_t>(most);
  };
  if (exceeds(source_facts.words, target_facts.words, options_.max_words)) return PairRule::long_text;
  if (exceeds(source_facts.longest_word, target_facts.longest_word, options_.max_word_length))
    return PairRule::long_word;
  if (has_bad_ratio(source_facts.words, target_facts.words)) return PairRule::length_ratio;
  if (!options_.copies && source == target) return PairRule::copy;
  if (lacks_letters(source_facts, options_.min_letters) || lacks_letters(target_facts, options_.min_letters))
    return PairRule::letters;
  if (is_of_other_script(source_facts, source_scripts_) || is_of_other_script(target_facts, target_scripts_))
    return PairRule::script;
  if (is_in_other_language(source, source_facts, options_.source_lang) ||
      is_in_other_language(target, target_facts, options_.target_lang))
    return PairRule::language;
  if (numbers_disagree(source_facts, target_facts, options_.min_numbers)) return PairRule::numbers;
  return std::nullopt;
}

}  // namespace dragoman
