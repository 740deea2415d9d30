#pragma once

#include "base/enum_names.h"
#include "decoding/search/length_penalty.h"

#include <string_view>

namespace dragoman {

/// When a search is over and what it may find: docs/decisions/beam_rules.md. huggingface: as generate() of transformers
/// 5 has it with early_stopping=False. marian: as marian-decoder has it.
enum class SearchRules { dragoman, huggingface, marian };

template <>
inline constexpr auto kEnumNames<SearchRules> = enum_names<SearchRules>({{SearchRules::dragoman, "dragoman"},
                                                                         {SearchRules::huggingface, "huggingface"},
                                                                         {SearchRules::marian, "marian"}});

/// How translations are searched for. Lengths count target tokens without the end of the sentence.
struct SearchOptions {
  int beam_size = 5;  ///< hypotheses kept for each sentence, 1 to 1000; 1 is greedy search
  int n_best = 1;     ///< hypotheses returned for each sentence, 1 to beam_size

  Normalisation normalisation = Normalisation::kLength;
  double length_penalty = 1.0;  ///< alpha of the normalisation, 0 to 10; 0 compares plain log-probabilities

  int min_length = 1;             ///< no hypothesis is shorter; 0 allows the empty translation
  int max_length = 0;             ///< no hypothesis is longer; 0: the limit follows from the source, as below
  double max_length_ratio = 2.0;  ///< limit = max_length_ratio · source tokens + max_length_extra
  int max_length_extra = 20;

  /// Most tokens the model has target positions for; 0: no such limit. A fact of the model, it caps every limit above.
  int model_max_length = 0;

  bool allow_unk = false;  ///< whether the unknown token may be produced

  SearchRules rules = SearchRules::dragoman;
  int counted_before = 0;   ///< huggingface: tokens before a hypothesis that count in its length, the start not
  bool forces_end = false;  ///< huggingface: behind the longest hypothesis there is an end of the sentence, for nothing

  /// Throws std::invalid_argument naming the first option that is out of range, and its limit.
  void validate() const;

  /// Most tokens of a hypothesis for a source of `source_length` tokens; at least 1.
  int length_limit(int source_length) const;
};

}  // namespace dragoman
