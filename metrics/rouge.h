#pragma once

#include "base/enum_names.h"
#include "metrics/metric.h"

namespace dragoman {

/// What ROUGE finds common to two texts.
enum class RougeType {
  k1,     ///< words
  k2,     ///< pairs of words
  kL,     ///< the longest common subsequence of words
  kLsum,  ///< of each reference sentence, the words in its longest common subsequences with the hypothesis' sentences
};

/// Names on the command line, as in rouge_score.
template <>
inline constexpr auto kEnumNames<RougeType> = enum_names<RougeType>(
    {{RougeType::k1, "rouge1"}, {RougeType::k2, "rouge2"}, {RougeType::kL, "rougeL"}, {RougeType::kLsum, "rougeLsum"}});

struct RougeOptions {
  RougeType type = RougeType::kL;
  bool stem = false;  ///< compare the Porter stems of words that are longer than 3 letters
  /// What divides a text into sentences, not empty: kLsum compares those, and for none is it a word. A line of a file
  /// has no line break in it; "<n>" is usual in its place.
  std::string sentence_separator = "\n";

  /// Throws std::invalid_argument for the first option out of range.
  void validate() const;
};

/// ROUGE (Lin 2004), equal to Google's rouge_score 0.1.2: words are runs of the ASCII letters and digits, in lower
/// case. The score is the mean of the sentences' F1, which rouge_score prints as a fraction, in per cent, as papers
/// print it. Of several references, the one with the best F1 counts, sentence by sentence.
///
/// Statistics: precision, recall, F1 (each from 0 to 1), and 1 for the sentence itself.
class Rouge : public Metric {
 public:
  /// Throws std::invalid_argument as `RougeOptions::validate` does.
  explicit Rouge(RougeOptions options = {});

  const RougeOptions& options() const { return options_; }

  std::size_t statistics_size() const override { return 4; }
  std::unique_ptr<SentenceCounter> make_counter() const override;
  double score(std::span<const double> sum) const override;

  /// Named "ROUGE-1", "ROUGE-2", "ROUGE-L" or "ROUGE-Lsum"; details are "(P = 53.12 R = 48.75)", means in per cent.
  ScoreReport report(std::span<const double> sum, int references) const override;

 private:
  class Counter;
  RougeOptions options_;
};

}  // namespace dragoman
