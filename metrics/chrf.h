#pragma once

#include "metrics/metric.h"

namespace dragoman {

struct ChrfOptions {
  int char_order = 6;  ///< characters of the longest n-grams, 0 to 16
  int word_order = 0;  ///< words of the longest n-grams, 0 to 16, not 0 as well: 2 makes it chrF++
  int beta = 2;        ///< how many times as important recall is as precision, 0 to 1000
  bool lowercase = false;
  bool whitespace = false;     ///< count white space among the characters
  bool eps_smoothing = false;  ///< average the F scores of all orders, as chrF++.py does, not precision and recall

  /// Throws std::invalid_argument for the first option out of range.
  void validate() const;
};

/// chrF and chrF++ (Popović 2015 and 2017): F score of n-grams of characters and words, equal to sacreBLEU 2.6.0 to
/// every printed digit, 0 to 100. Of several references, the one with the best score counts, sentence by sentence.
///
/// Statistics: for each order, those of characters first: n-grams of the hypothesis, of the reference, matches.
class Chrf : public Metric {
 public:
  /// Throws std::invalid_argument as `ChrfOptions::validate` does.
  explicit Chrf(const ChrfOptions& options = {});

  const ChrfOptions& options() const { return options_; }

  std::size_t statistics_size() const override;
  std::unique_ptr<SentenceCounter> make_counter() const override;
  double score(std::span<const double> sum) const override;
  ScoreReport report(std::span<const double> sum, int references) const override;
  /// Vamvas and Sennrich 2024, "Linear-time Minimum Bayes Risk Decoding with Reference Aggregation", section 3.1.
  std::optional<std::vector<double>> scores_against_mean(std::span<const std::string_view> texts,
                                                         std::span<const double> times) const override;

 private:
  class Counter;
  ChrfOptions options_;
};

}  // namespace dragoman
