#pragma once

#include <optional>
#include <string>

namespace dragoman {

/// What is known of the text that a model was trained on; models from before have none of it. Lengths are in tokens.
struct TrainingFacts {
  std::optional<std::string> source_lang, target_lang;  ///< as language_code() writes them
  std::optional<double> one_sentence_share;             ///< of the source lines, those that hold one sentence; 0 to 1
  std::optional<double> source_length_mean;
  std::optional<int> source_length_p99,
      source_length_p999;  ///< so many of the source lines, 99 or 99.9 %, are no longer
  std::optional<int> source_length_max;

  bool operator==(const TrainingFacts&) const = default;
};

}  // namespace dragoman
