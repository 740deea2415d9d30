#pragma once

#include "base/enum_names.h"
#include "tokenizer/language_detector.h"
#include "tokenizer/line_facts.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman {

/// Why a pair is no good to learn from.
enum class PairRule {
  utf8,
  empty,
  long_text,
  long_word,
  length_ratio,
  copy,
  letters,
  script,
  language,
  numbers,
  score,
  held_out,
  duplicate,
  near_duplicate
};

template <>
inline constexpr auto kEnumNames<PairRule> = enum_names<PairRule>({{PairRule::utf8, "utf8"},
                                                                   {PairRule::empty, "empty"},
                                                                   {PairRule::long_text, "long-text"},
                                                                   {PairRule::long_word, "long-word"},
                                                                   {PairRule::length_ratio, "length-ratio"},
                                                                   {PairRule::copy, "copy"},
                                                                   {PairRule::letters, "letters"},
                                                                   {PairRule::script, "script"},
                                                                   {PairRule::language, "language"},
                                                                   {PairRule::numbers, "numbers"},
                                                                   {PairRule::score, "score"},
                                                                   {PairRule::held_out, "held-out"},
                                                                   {PairRule::duplicate, "duplicate"},
                                                                   {PairRule::near_duplicate, "near-duplicate"}});

/// What is asked of a pair. A limit of 0 asks nothing.
struct PairRuleOptions {
  std::string source_lang, target_lang;  ///< as models spell them; empty: nothing is asked about scripts and languages
  int max_words = 200;                   ///< of a side
  int max_word_length = 60;              ///< characters between white space
  double max_length_ratio = 3;   ///< words of one side to those of the other, where they differ by more than five
  bool copies = false;           ///< whether both sides may be the same text
  double min_letters = 0.5;      ///< share of the characters of a side that are no digits
  double min_script = 0.5;       ///< share of the letters of a side that are of a script of its language
  bool check_languages = false;  ///< whether no side may look as if it were in another usual language
  double min_numbers = 0.5;      ///< share of the numbers of both sides that the other has, too

  /// Throws std::invalid_argument naming the first that is out of range.
  void validate() const;
};

/// Judges pairs by themselves, without a model: rules as OpusFilter (Aulamo et al. 2020) and Bicleaner's hard rules
/// (Sánchez-Cartagena et al. 2018) have them. Threads may share it.
class PairRules {
 public:
  /// Throws as validate() does.
  explicit PairRules(const PairRuleOptions& options);

  /// The first rule that the pair breaks, in the order of PairRule.
  std::optional<PairRule> broken_by(std::string_view source, std::string_view target, const LineFacts& source_facts,
                                    const LineFacts& target_facts) const;

 private:
  bool has_bad_ratio(std::uint32_t one, std::uint32_t other) const;
  bool is_of_other_script(const LineFacts& facts, const std::vector<ScriptCode>& scripts) const;
  bool is_in_other_language(std::string_view text, const LineFacts& facts, const std::string& language) const;

  PairRuleOptions options_;
  std::vector<ScriptCode> source_scripts_, target_scripts_;
  std::unique_ptr<const LanguageDetector> detector_;  // null: nothing is asked
};

}  // namespace dragoman
