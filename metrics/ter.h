#pragma once

#include "metrics/metric.h"
#include "metrics/ter_tokenizer.h"

namespace dragoman {

/// Translation edit rate (Snover et al. 2006), equal to sacreBLEU 2.6.0 to every printed digit: edits for each
/// reference word, in per cent; lower is better. Of several references, the one with the fewest edits counts, and the
/// average of their lengths.
///
/// Statistics: edits, average length of the references.
class Ter : public Metric {
 public:
  explicit Ter(const TerOptions& options = {}) : options_(options) {}

  const TerOptions& options() const { return options_; }

  std::size_t statistics_size() const override { return 2; }
  std::unique_ptr<SentenceCounter> make_counter() const override;
  double score(std::span<const double> sum) const override;
  ScoreReport report(std::span<const double> sum, int references) const override;
  bool lower_is_better() const override { return true; }

 private:
  class Counter;
  TerOptions options_;
};

}  // namespace dragoman
